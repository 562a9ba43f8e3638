// libsvm-js, WebAssembly: gaussian kernel, C = 5, gamma = 0.02.
import libsvm from 'libsvm-js';
import { images } from './images.ts';
import { readOptions } from './options.ts';

const { dataDir, rows } = readOptions();
const SVM = await libsvm;
const train = await images('train', dataDir, rows);
const test = await images('test', dataDir, 1000);
const [x, xTest] = [toRows(train.x), toRows(test.x)];
const started = performance.now();
const svm = new SVM({
  type: SVM.SVM_TYPES.C_SVC,
  kernel: SVM.KERNEL_TYPES.RBF,
  cost: 5,
  gamma: 0.02,
  quiet: true,
});
svm.train(x, Array.from(train.y));
const fitted = performance.now();
const predicted = svm.predict(xTest);
const ended = performance.now();
const right = test.y.filter((label, row) => label === predicted[row]).length;
console.log(
  JSON.stringify({
    seconds: (ended - started) / 1000,
    fitSeconds: (fitted - started) / 1000,
    testAccuracy: right / test.y.length,
  }),
);

function toRows({ data, shape: [rows, width] }: { data: Float32Array; shape: number[] }) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * width, (i + 1) * width)),
  );
}
