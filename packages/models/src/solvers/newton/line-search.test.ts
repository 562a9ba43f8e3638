import { expect, it } from 'vitest';
import { BlockVector } from './block-vector.ts';
import { armijoLineSearch } from './line-search.ts';

const layout = new BlockVector(4, 1, true);

it('goes as far as each block may: all the way, part of it, or not at all', async () => {
  // Along the step the losses are (t − 1)², (t − 1/8)², t and 5: their slopes at 0 below.
  const losses = [
    (t: number) => (t - 1) ** 2,
    (t: number) => (t - 1 / 8) ** 2,
    (t: number) => t,
    () => 5,
  ];
  const factors = await armijoLineSearch({
    rows: {
      lossAlong: async (t) => t.map((value, i) => losses[i](value)),
      slopes: async () => Float64Array.of(-2, -1 / 4, 1, -1e-3),
    },
    layout,
    head: layout.vector(),
    step: layout.vector(),
    l2: 0,
  });
  expect(factors.slice(0, 3)).toEqual(Float64Array.of(1, 1 / 8, 0));
  expect(factors[3]).toBeLessThan(1e-6);
});

it('counts the penalty, of the weights alone', async () => {
  const flat = {
    lossAlong: async () => new Float64Array(4),
    slopes: async () => new Float64Array(4),
  };
  const head = Float64Array.of(1, 9, 1, 9, 0, 9, 1, 9);
  const step = Float64Array.of(-1, 1, -4, 1, 0, 1, 1, 1);
  expect(await armijoLineSearch({ rows: flat, layout, head, step, l2: 3 })).toEqual(
    Float64Array.of(1, 1 / 4, 0, 0),
  );
});
