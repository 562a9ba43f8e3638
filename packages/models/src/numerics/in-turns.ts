import { eventLoopYielder, STEP_PRODUCTS } from '@kernel-methods/simd';
import { countOf, type Matrix, type Numerics, type Picked } from './numerics.ts';
import { compose } from './picked.ts';

interface Rows {
  readonly z: Matrix;
  readonly picked: Picked;
}

/**
 * `numerics.scores`, some rows at a time where all are much work, with turns for the event loop.
 *
 * @throws the signal's reason when aborted.
 */
export async function scoresInTurns(
  numerics: Numerics,
  { z, picked }: Rows,
  { weights, bias }: { readonly weights: Matrix; readonly bias: Matrix },
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [count, units] = [countOf(picked), weights.rows];
  const together = Math.max(atATime(stepOf(numerics, z), costOf(z) * units), leastRows(z));
  if (together >= count) return numerics.scores(z, picked, weights, bias);
  const out = new Float32Array(count * units);
  const turns = eventLoopYielder();
  for (let from = 0; from < count; from += together) {
    const some = compose(picked, { from, count: Math.min(together, count - from) });
    out.set(await numerics.scores(z, some, weights, bias), from * units);
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  }
  return out;
}

/**
 * gᵀ·Z[picked] as plain numbers, as `numerics.gradient` has it, for some outputs at a time where all are
 * much work.
 *
 * @throws the signal's reason when aborted.
 */
export async function gradientInTurns(
  numerics: Numerics,
  { z, picked }: Rows,
  g: Float32Array,
  units: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [count, width] = [countOf(picked), z.columns];
  const together = Math.min(
    units,
    atATime(
      stepOf(numerics, z),
      count * costOf(z) + (z.numbersPerRow === undefined ? 0 : SPARSE * width),
    ),
  );
  const out = new Float32Array(units * width);
  const turns = eventLoopYielder();
  for (let from = 0; from < units; from += together) {
    const some = Math.min(together, units - from);
    const part = some === units ? g : columnsOf(g, units, from, some);
    const product = numerics.empty(some, width);
    try {
      numerics.gradient(z, picked, part, product);
      out.set(await numerics.read(product), from * width);
    } finally {
      product.dispose();
    }
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  }
  return out;
}

/**
 * How many that cost so many multiplications each are half of a step, since a piece may follow other
 * work without a turn between them: an even number, as kernels take pairs.
 */
const atATime = (step: number, cost: number) =>
  Math.max(2, 2 * Math.floor(step / 4 / Math.max(1, cost)));

/** The multiplications of a step; products of sparse rows are no faster in native code. */
const stepOf = ({ stepProducts }: Numerics, { numbersPerRow }: Matrix) =>
  numbersPerRow === undefined ? stepProducts : STEP_PRODUCTS;

/** What a number of a sparse row, which must be found, costs in multiplications. */
export const SPARSE = 8;

/** Each product with sparse rows turns the head first: fewer rows than these would cost less than that. */
const leastRows = ({ columns, numbersPerRow }: Matrix) =>
  numbersPerRow === undefined ? 1 : Math.ceil(columns / Math.max(1, numbersPerRow));

/** The multiplications of a row for one output. */
const costOf = ({ columns, numbersPerRow }: Matrix) =>
  numbersPerRow === undefined ? columns : SPARSE * Math.max(1, numbersPerRow);

function columnsOf(g: Float32Array, units: number, from: number, some: number): Float32Array {
  const out = new Float32Array((g.length / units) * some);
  for (let row = 0, at = 0; at < out.length; row++) {
    for (let unit = 0; unit < some; unit++, at++) out[at] = g[row * units + from + unit];
  }
  return out;
}
