import type { Examples } from '../../data/examples.ts';
import { scoresInTurns } from '../../numerics/in-turns.ts';
import { countOf, type Matrix, type Numerics } from '../../numerics/numerics.ts';
import { readPicked } from '../../numerics/read-picked.ts';
import { isSparseRows, joinedRows, type RowValues } from '../../ridge/kept-rows.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';

/** All rows together, and the products of all pairs. */
export interface RowGram {
  readonly rows: number;
  /** The features, `rows × width`; the caller disposes of them. */
  readonly z: Matrix;
  /** Z·Zᵀ, row-major `rows × rows`. */
  readonly gram: Float32Array;
  readonly targets: Float32Array;
  /** One weight per row. */
  readonly weights: Float32Array;
}

/** The number of rows of products that are computed at a time. */
const STRIP = 64;

/** @throws RangeError if a product is not finite; the signal's reason when aborted. */
export async function rowGram(
  examples: Examples,
  numerics: Numerics,
  signal: AbortSignal,
  onRows: (done: number) => void,
): Promise<RowGram> {
  const { rows, width, units } = examples;
  const turns = eventLoopYielder();
  let values: RowValues = new Float32Array(examples.numbersPerRow === undefined ? rows * width : 0);
  const targets = new Float32Array(rows * units);
  const weights = new Float32Array(rows).fill(1);
  let at = 0;
  for await (const chunk of examples.chunks()) {
    const count = countOf(chunk.picked);
    if (chunk.z.take) values = joinedRows(values, chunk.z.take(chunk.picked), width);
    else
      (values as Float32Array).set(await readPicked(numerics, chunk.z, chunk.picked), at * width);
    targets.set(chunk.targets, at * units);
    if (chunk.weights !== undefined) weights.set(chunk.weights, at);
    at += count;
    if (turns.isDue()) await turns.take();
    signal.throwIfAborted();
  }
  const z = isSparseRows(values) ? numerics.sparse!(values) : numerics.matrix(values, rows, width);
  // Rows serve as a head with one output per row.
  const none = numerics.zeros(1, rows);
  try {
    const gram = isSparseRows(values)
      ? await sparseGram(numerics, z, signal, onRows)
      : new Float32Array(rows * rows);
    for (let from = 0; from < rows && !isSparseRows(values); from += STRIP) {
      const count = Math.min(STRIP, rows - from);
      const strip = { z, picked: { from, count } };
      const head = { weights: z, bias: none };
      gram.set(await scoresInTurns(numerics, strip, head, signal), from * rows);
      onRows(from + count);
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
    for (let i = 0; i < rows; i++) {
      if (Number.isFinite(gram[i * (rows + 1)])) continue;
      throw new RangeError(
        `The features of row ${i} must have a finite length in float32. Received: ${Math.sqrt(gram[i * (rows + 1)])}. Scale the rows.`,
      );
    }
    return { rows, z, gram, targets, weights };
  } catch (error) {
    z.dispose();
    throw error;
  } finally {
    none.dispose();
  }
}

/** Z·Zᵀ for rows whose zeros are not kept, some of which serve as a head with them at a time. */
async function sparseGram(
  numerics: Numerics,
  z: Matrix,
  signal: AbortSignal,
  onRows: (done: number) => void,
): Promise<Float32Array> {
  const { rows, columns } = z;
  const gram = new Float32Array(rows * rows);
  const turns = eventLoopYielder();
  const origin = new Float32Array(columns);
  for (let from = 0; from < rows; from += STRIP) {
    const count = Math.min(STRIP, rows - from);
    const weights = numerics.empty(count, columns);
    const bias = numerics.zeros(1, count);
    try {
      numerics.shift(z, { from, count }, origin, weights);
      const all = { z, picked: { from: 0, count: rows } };
      const products = await scoresInTurns(numerics, all, { weights, bias }, signal);
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < count; i++) gram[(from + i) * rows + row] = products[row * count + i];
      }
    } finally {
      weights.dispose();
      bias.dispose();
    }
    onRows(from + count);
    if (turns.isDue()) await turns.take();
    signal.throwIfAborted();
  }
  return gram;
}
