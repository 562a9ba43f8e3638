import { describe, expect, it } from 'vitest';
import { fashionMnist, kmnist, mnist } from './image-sets.ts';
import { loadMnist } from './load-mnist.ts';

const dataFolder = process.env.KERNEL_METHODS_DATA;

describe.each([mnist, fashionMnist, kmnist])('the published set $name', (set) => {
  it('has HTTPS mirrors, ten classes and a checksum for each file', () => {
    for (const mirror of set.mirrors) expect(mirror).toMatch(/^https:\/\/.*\/$/);
    expect(new Set(set.classNames).size).toBe(10);
    const files = Object.values(set.files).flatMap(({ images, labels }) => [images, labels]);
    const sums = files.map(({ sha256 }) => Object.values(sha256).join());
    for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(sums).size).toBe(4);
    expect(files.map(({ name, size }) => [name, size])).toEqual([
      ['train-images-idx3-ubyte', 47_040_016],
      ['train-labels-idx1-ubyte', 60_008],
      ['t10k-images-idx3-ubyte', 7_840_016],
      ['t10k-labels-idx1-ubyte', 10_008],
    ]);
  });
});

describe('loadMnist', () => {
  it.skipIf(!dataFolder).each([
    ['train', 60_000, 33.3184, [5, 0, 4, 1, 9]],
    ['test', 10_000, 33.7912, [7, 2, 1, 0, 4]],
  ] as const)(
    'reads the real %s rows (needs KERNEL_METHODS_DATA)',
    async (split, rows, mean, first) => {
      const { x, y, origin } = await loadMnist({ split });
      expect(x.shape).toEqual([rows, 28, 28]);
      expect([...y.subarray(0, 5)]).toEqual(first);
      expect(y.length).toBe(rows);
      // Known figures of MNIST: 0.1307 and 0.1325 of 255.
      expect(x.data.reduce((sum, pixel) => sum + pixel, 0) / x.data.length).toBeCloseTo(mean, 3);
      expect(origin.source).toBe('environment');
      expect(origin.files.every(({ verified }) => verified)).toBe(true);
    },
  );
});

it('says what is missing when it is called without options', async () => {
  await expect(loadMnist(undefined as never)).rejects.toThrow("`split` must be 'train' or 'test'.");
});
