/**
 * Trains in Node and saves a model that a web page loads: an ordinary tfjs layers model.
 *
 *   node save-in-node-load-in-a-page.ts FOLDER
 *
 * FOLDER then holds model.json and its weights; put them where the page can fetch them. The page is
 * ./page, bundled with any bundler:
 *
 *   import { KernelSVM } from 'kernel-methods';
 *   const svm = await KernelSVM.load('/model/model.json');
 *   await svm.predict([[0.5, 0.25]]);
 *
 * or, with only tfjs and the layers:
 *
 *   import { loadLayersModel } from '@tensorflow/tfjs-layers';
 *   import '@kernel-methods/features'; // makes tfjs know the layer
 *   const model = await loadLayersModel('/model/model.json');
 */
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileSystem, KernelSVM, moons, trainTestSplit } from 'kernel-methods';

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'model-'));
const { train, test } = trainTestSplit(moons({ rows: 400, noise: 0.15, seed: 1 }));
const svm = new KernelSVM({ outputDim: 256, scale: 0.5, learningRate: 0.01 });
await svm.fit(train.x, train.y);
await svm.save(fileSystem(folder));
const rows = [
  [0, 1],
  [1, -0.5],
  [2, 0.2],
  [-1, 0.1],
];
console.log(`Saved: ${folder}, accuracy ${(await svm.score(test.x, test.y)).toFixed(4)}`);

// Does here what the page does, with the same URL and the same code.
const server = createServer(async (request, response) => {
  response.end(await readFile(join(folder, basename(request.url ?? ''))));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };
const loaded = await KernelSVM.load(`http://127.0.0.1:${port}/model.json`);
const [before, after] = [await svm.predict(test.x), await loaded.predict(test.x)];
const same = before.filter((label, row) => label === after[row]).length;
console.log(`Loaded by its URL: ${same} of ${before.length} predictions are the same.`);
console.log(`It predicts ${JSON.stringify(await loaded.predict(rows))}`);
server.close();
svm.dispose();
loaded.dispose();
