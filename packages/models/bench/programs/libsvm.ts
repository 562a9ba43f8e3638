// libsvm-js, WebAssembly: gaussian kernel, C = 5, gamma = 0.02.
import libsvm from 'libsvm-js';
import { classify } from './classify.ts';

const SVM = await libsvm;
const svm = new SVM({
  type: SVM.SVM_TYPES.C_SVC,
  kernel: SVM.KERNEL_TYPES.RBF,
  cost: 5,
  gamma: 0.02,
  quiet: true,
});
await classify({
  rowsOf: ({ data, shape: [rows, width] }) =>
    Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width))),
  fit: (x, y) => svm.train(x, Array.from(y)),
  predict: (x) => svm.predict(x),
});
