import { afterEach, expect, it, vi } from 'vitest';
import { defaultMemoryBudget } from './memory-budget.ts';

afterEach(() => vi.unstubAllGlobals());

const MB = 2 ** 20;

it.each([
  ['half of what is free', { availableMemory: () => 1000 * MB }, {}, 500 * MB],
  ['2 GiB at most', { availableMemory: () => 64_000 * MB }, {}, 2048 * MB],
  ['an eighth of a device', {}, { deviceMemory: 4 }, 512 * MB],
  [
    'half a GiB where one may not ask',
    {
      availableMemory() {
        throw new Error('NotCapable: Requires sys access to "systemMemoryInfo"');
      },
    },
    {},
    512 * MB,
  ],
  [
    'half a GiB where nothing is free, as some runtimes say',
    { availableMemory: () => 0 },
    {},
    512 * MB,
  ],
  ['half a GiB where nothing is said', undefined, undefined, 512 * MB],
])('is %s', (_, process, navigator, bytes) => {
  vi.stubGlobal('process', process);
  vi.stubGlobal('navigator', navigator);
  const found = defaultMemoryBudget();
  vi.unstubAllGlobals();
  expect(found).toBe(bytes);
});
