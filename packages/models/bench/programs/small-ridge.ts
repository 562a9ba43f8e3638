// What libsvm.ts does, by an estimator: a gaussian kernel over what convolutions see.
import '@kernel-methods/backend-simd';
import { convolutionalFeatures } from '@kernel-methods/features';
import { KernelRidge } from '../../src/index.ts';
import { images } from './images.ts';
import { readOptions } from './options.ts';

const { dataDir, rows } = readOptions();
const train = await images('train', dataDir, rows);
const test = await images('test', dataDir, 1000);
const started = performance.now();
const model = new KernelRidge({
  task: 'classification',
  features: [convolutionalFeatures({ filters: 8, stride: 2 }), 'gaussian'],
  outputDim: 256,
  scale: 30,
  l2: 1e-4,
});
await model.fit(asImages(train.x), train.y);
const fitted = performance.now();
const predicted = await model.predict(asImages(test.x));
const ended = performance.now();
const right = test.y.filter((label, row) => label === predicted[row]).length;
console.log(
  JSON.stringify({
    seconds: (ended - started) / 1000,
    fitSeconds: (fitted - started) / 1000,
    testAccuracy: right / test.y.length,
  }),
);
process.exit(); // Simd's threads wait for more.

function asImages({ data, shape: [rows] }: { data: Float32Array; shape: number[] }) {
  return { data, shape: [rows, 28, 28, 1] };
}
