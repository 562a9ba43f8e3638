import { getSimd, Simd, SimdMemoryError } from '@kernel-methods/simd';
import { describeOnBackends } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { normals } from './fixtures/case.ts';
import { describeNumerics } from './fixtures/numerics-contract.ts';
import { simdNumerics } from './simd-numerics.ts';

// Tensors of the simd backend are read where they lie, those of others are copied.
describeOnBackends('simd numerics', (backend) => {
  const held = () => getSimd().memory().blocks;
  describeNumerics(`on ${backend}`, () => simdNumerics(), held);
});

describe('simd numerics, alone', () => {
  // A memory that is not shared is another one each time it grows.
  const simd = new Simd({ shared: false });
  const held = () => simd.memory().blocks;
  describeNumerics('on memory of its own', () => simdNumerics(simd), held);
});

it('gives back what a large call needed', async () => {
  const simd = new Simd({ threads: 1 });
  const numerics = simdNumerics(simd);
  const z = numerics.matrix(Float32Array.of(1, 2, 3, 4), 2, 2);
  const [head, bias] = [numerics.matrix(Float32Array.of(1, 10), 1, 2), numerics.zeros(1, 1)];
  const { blocks } = simd.memory();
  const picked = Int32Array.from({ length: 200_000 }, (_, i) => i % 2);
  const scores = await numerics.scores(z, picked, head, bias);
  expect(scores).toEqual(Float32Array.from(picked, (row) => (row === 0 ? 21 : 43)));
  numerics.gradient(z, picked, new Float32Array(200_000).fill(1), head);
  expect(await numerics.read(head)).toEqual(Float32Array.of(400_000, 600_000));
  expect(simd.memory().blocks).toBe(blocks);
});

describe('simd numerics where memory does not suffice', () => {
  const [rows, width] = [850, 100];
  const y = new Float32Array(850);
  const all = Int32Array.from(y, (_, i) => i);
  const many = Int32Array.from({ length: 1_200_000 }, (_, i) => i % rows);

  const setup = () => {
    const simd = new Simd({ maximum: 8 * 2 ** 20, threads: 1 });
    const numerics = simdNumerics(simd);
    const z = numerics.matrix(normals(rows * width, 'z'), rows, width);
    return { simd, numerics, z, head: numerics.zeros(3, width), bias: numerics.zeros(1, 3) };
  };

  it.each<[string, (env: ReturnType<typeof setup>) => unknown]>([
    ['zeros', ({ numerics }) => numerics.zeros(3000, 1000)],
    ['a matrix', ({ numerics }) => numerics.matrix(new Float32Array(3e6), 3000, 1000)],
    ['moments', ({ numerics }) => numerics.moments(1200, 1)],
    ['scores', ({ numerics, z, head, bias }) => numerics.scores(z, many, head, bias)],
    [
      'a gradient',
      ({ numerics, z, head }) => numerics.gradient(z, many, new Float32Array(3.6e6), head),
    ],
  ])('%s leave nothing behind', async (_, action) => {
    const env = setup();
    const { simd, numerics, z, head, bias } = env;
    const { blocks } = simd.memory();
    await expect(async () => action(env)).rejects.toThrow(SimdMemoryError);
    expect(simd.memory().blocks).toBe(blocks);
    // Everything goes on working.
    expect(await numerics.scores(z, all, head, bias)).toEqual(new Float32Array(3 * rows));
  });

  it('rows of moments leave nothing behind, whichever memory is missing', async () => {
    const { simd, numerics, z } = setup();
    const moments = numerics.moments(width, 1);
    const { blocks } = simd.memory();
    const outcomes = new Set<string>();
    for (let room = 0; room < 1.8e6; room += 40_000) {
      const { maximum, bytesInUse } = simd.memory();
      const taken = simd.alloc(maximum - 2 ** 16 - bytesInUse - room);
      const added = moments.add(z, all, y).then(
        () => 'done',
        (error: Error) => error.name,
      );
      outcomes.add(await added);
      simd.free(taken);
      // The scratch memory that gramAt keeps may be there or not.
      expect(simd.memory().blocks - blocks).toBeOneOf([0, 1]);
    }
    expect([...outcomes]).toEqual(['SimdMemoryError', 'done']);
    moments.dispose();
  });
});
