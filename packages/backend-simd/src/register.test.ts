import { getKernelsForBackend } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import './register.ts';

test('a second copy of the module changes nothing and says nothing', async () => {
  const kernels = () => getKernelsForBackend('simd').map(({ kernelFunc }) => kernelFunc);
  const before = kernels();
  expect(before.length).toBeGreaterThan(100);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.resetModules();
  await import('./register.ts');
  // tfjs's own copies may speak for themselves: of ours there is no word.
  expect(warn.mock.calls.flat().filter((text) => /simd/.test(text))).toEqual([]);
  warn.mockRestore();
  const after = kernels();
  expect(after.length).toBe(before.length);
  expect(after.every((kernel, i) => kernel === before[i])).toBe(true);
});
