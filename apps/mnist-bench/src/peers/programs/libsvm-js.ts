import libsvm from 'libsvm-js';
import { runPeer } from './js-peer.ts';

// LIBSVM compiled to WebAssembly: the exact kernel machine, one class against one.
/// <reference path="../../../../../packages/models/bench/programs/libsvm-js.d.ts" />

const SVM = await libsvm;

await runPeer('libsvm-js', ['cost', 'gamma'], ({ cost, gamma }) => {
  const svm = new SVM({
    type: SVM.SVM_TYPES.C_SVC,
    kernel: SVM.KERNEL_TYPES.RBF,
    quiet: true,
    cost,
    gamma,
  });
  return {
    fit: (x, classes) => svm.train(x, classes),
    predict: (x) => svm.predict(x),
  };
});
