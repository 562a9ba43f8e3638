import { describeKernel } from '@kernel-methods/test-utils';
import { deserializeKernel, gaussian, serializeKernel } from './index.ts';

describeKernel('gaussian', {
  create: () => gaussian({ scale: 1.2 }),
  oracle(x, y) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) ** 2;
    return Math.exp(-sum / (2 * 1.2 ** 2));
  },
  save: (kernel) => JSON.stringify(serializeKernel(kernel)),
  revive: (saved) => deserializeKernel(JSON.parse(saved)) as ReturnType<typeof gaussian>,
});
