import { describeKernel } from '@kernel-methods/test-utils';
import { deserializeKernel, laplacian, serializeKernel } from './index.ts';

describeKernel('laplacian', {
  create: () => laplacian({ scale: 5 }),
  oracle(x, y) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
    return Math.exp(-sum / 5);
  },
  save: (kernel) => JSON.stringify(serializeKernel(kernel)),
  revive: (saved) => deserializeKernel(JSON.parse(saved)) as ReturnType<typeof laplacian>,
});
