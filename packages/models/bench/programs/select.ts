// Ridge on 2,048 gaussian features: one fit, or with `--l2 8` eight values of l2 by 5 folds.
import '@kernel-methods/backend-simd';
import { KernelRidge } from '../../src/index.ts';
import { gridSearch } from '../../src/selection/grid-search.ts';
import { images } from './images.ts';
import { readOptions } from './options.ts';

const { dataDir, rows, features, l2: count } = readOptions();
const { x, y } = await images('train', dataDir, rows);
const model = new KernelRidge({
  task: 'classification',
  outputDim: features,
  scale: 7,
  l2: 1e-5,
});
const started = performance.now();
const facts: Record<string, number> = {};
if (count > 0) {
  const grid = { l2: Array.from({ length: count }, (_, i) => 10 ** (i - 9)) };
  const { score } = await gridSearch(model, grid, x, y, { folds: 5, refit: false });
  facts.accuracy = score;
} else {
  await model.fit(x, y);
}
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, ...facts }));
process.exit(); // Simd's threads wait for more.
