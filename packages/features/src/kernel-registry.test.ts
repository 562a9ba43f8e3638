import { expect, it } from 'vitest';
import {
  deserializeKernel,
  gaussian,
  type Kernel,
  kernelByName,
  kernelNames,
  laplacian,
  registerKernelFactory,
  serializeKernel,
} from './index.ts';

it('finds kernels by name, as Keras does whatever the case', () => {
  expect(kernelNames()).toEqual(expect.arrayContaining(['gaussian', 'laplacian']));
  expect(kernelByName('gaussian').name).toBe('gaussian');
  expect(kernelByName('Laplacian').name).toBe('laplacian');
});

it('writes a kernel without settings as its name, others with their config', () => {
  expect(serializeKernel(gaussian())).toBe('gaussian');
  const saved = serializeKernel(laplacian({ scale: 2 }));
  expect(saved).toEqual({ className: 'laplacian', config: { scale: 2 } });
  expect(deserializeKernel(saved).getConfig()).toEqual({ scale: 2 });
});

it.each([
  ['cubic', "'cubic'"],
  [{ className: 'cubic', config: {} }, '{"className":"cubic","config":{}}'],
  [null, 'null'],
])('refuses %s and names the kernels there are', (saved, shown) => {
  expect(() => deserializeKernel(saved as string)).toThrow(
    new RegExp(`^The kernel must be one of 'gaussian', 'laplacian'.*Received: ${shown}\\.$`),
  );
});

it('knows a kernel of your own once it is registered, and lets none replace another', () => {
  const factory = () => ({ ...gaussian(), name: 'mine' }) as Kernel;
  registerKernelFactory('mine', factory);
  registerKernelFactory('mine', factory);
  expect(kernelByName('mine').name).toBe('mine');
  expect(() => registerKernelFactory('gaussian', factory)).toThrow(
    "`name` must not be the name of another kernel. Received: 'gaussian'.",
  );
  expect(() => registerKernelFactory('my_kernel', factory)).toThrow(
    "`name` must be camelCase letters and digits. Received: 'my_kernel'.",
  );
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-50, '1'])(
  'refuses the scale %s',
  (scale) => {
    for (const make of [gaussian, laplacian]) {
      expect(() => make({ scale: scale as number })).toThrow(
        /^`scale` must be a positive finite number. Received: /,
      );
    }
  },
);
