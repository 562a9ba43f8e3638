import { expect, it } from 'vitest';
import { examplesFrom } from '../fixtures/examples-from.ts';
import { simdNumerics } from '../numerics/simd-numerics.ts';
import { RowSample } from './row-sample.ts';

const ROWS = 200;

/** The rows that are drawn, told by their number. */
async function drawn(seed: number, size: number, known = true): Promise<number[]> {
  const numerics = simdNumerics();
  const z = Float32Array.from({ length: ROWS * 2 }, (_, at) => Math.floor(at / 2) * (1 + (at % 2)));
  const y = Float32Array.from({ length: ROWS }, (_, row) => -row);
  const weights = Float32Array.from({ length: ROWS }, (_, row) => row + 1);
  const shape = { rows: ROWS, width: 2, units: 1, weights, chunkRows: 70 };
  const examples = examplesFrom(numerics, z, y, shape);
  const rows = known ? ROWS : Number.NaN;
  const sample = new RowSample(numerics, { rows, width: 2, units: 1 }, size, seed);
  for await (const chunk of examples.chunks()) await sample.take(chunk);
  examples.dispose();
  const some = sample.rows;
  const numbers = Array.from(some.y, (value) => -value);
  expect(Array.from(some.z)).toEqual(numbers.flatMap((row) => [row, 2 * row]));
  expect(Array.from(some.weights as Float32Array)).toEqual(numbers.map((row) => row + 1));
  return numbers;
}

it('takes so many different rows, by the seed, whether their number is known or not', async () => {
  const rows = await drawn(0, 50);
  expect(new Set(rows).size).toBe(50);
  expect(await drawn(0, 50)).toEqual(rows);
  expect(await drawn(0, 50, false)).toEqual(rows);
  expect(await drawn(1, 50)).not.toEqual(rows);
});

it('takes all rows where there are no more', async () => {
  for (const known of [true, false]) {
    expect(await drawn(0, 500, known)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
  }
});

it('leaves out rows without a weight, of which a whole sample would say nothing', async () => {
  const numerics = simdNumerics();
  const [z, y] = [new Float32Array(ROWS), Float32Array.from({ length: ROWS }, (_, row) => row)];
  const weights = y.map((row) => Number(row % 20 === 7));
  const shape = { rows: ROWS, width: 1, units: 1 };
  const examples = examplesFrom(numerics, z, y, { ...shape, weights, chunkRows: 70 });
  const sample = new RowSample(numerics, shape, 30, 0);
  for await (const chunk of examples.chunks()) await sample.take(chunk);
  examples.dispose();
  expect(Array.from(sample.rows.y)).toEqual([7, 27, 47, 67, 87, 107, 127, 147, 167, 187]);
  expect(Array.from(sample.rows.weights as Float32Array)).toEqual(new Array(10).fill(1));
});

it('draws every row as often', async () => {
  const counts = new Float64Array(4);
  const runs = 100;
  for (let seed = 0; seed < runs; seed++) {
    for (const row of await drawn(seed, 20)) counts[Math.floor(row / 50)]++;
  }
  // Each quarter gets 5 of 20 a run, hypergeometric: its variance is 20·¼·¾·(180/199) = 3.4.
  for (const count of counts)
    expect(Math.abs(count - 5 * runs)).toBeLessThan(4.5 * Math.sqrt(3.4 * runs));
});
