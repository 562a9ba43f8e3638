// What libsvm.ts does, by an estimator: a gaussian kernel over what convolutions see.
import '@kernel-methods/backend-simd';
import { convolutionalFeatures } from '@kernel-methods/features';
import { KernelRidge } from '../../src/index.ts';
import { classify } from './classify.ts';

const model = new KernelRidge({
  task: 'classification',
  features: [convolutionalFeatures({ filters: 8, stride: 2 }), 'gaussian'],
  outputDim: 256,
  scale: 30,
  l2: 1e-4,
});
await classify({
  rowsOf: ({ data, shape: [rows] }) => ({ data, shape: [rows, 28, 28, 1] }),
  fit: (x, y) => model.fit(x, y),
  predict: (x) => model.predict(x),
});
process.exit(); // Simd's threads wait for more.
