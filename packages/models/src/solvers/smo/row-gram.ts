import type { Examples } from '../../data/examples.ts';
import { scoresInTurns } from '../../numerics/in-turns.ts';
import { countOf, type Matrix, type Numerics } from '../../numerics/numerics.ts';
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
  const values = new Float32Array(rows * width);
  const targets = new Float32Array(rows * units);
  const weights = new Float32Array(rows).fill(1);
  let at = 0;
  for await (const chunk of examples.chunks()) {
    const count = countOf(chunk.picked);
    const part = numerics.empty(count, width);
    try {
      numerics.shift(chunk.z, chunk.picked, new Float32Array(width), part);
      values.set(await numerics.read(part), at * width);
    } finally {
      part.dispose();
    }
    targets.set(chunk.targets, at * units);
    if (chunk.weights !== undefined) weights.set(chunk.weights, at);
    at += count;
    if (turns.isDue()) await turns.take();
    signal.throwIfAborted();
  }
  const z = numerics.matrix(values, rows, width);
  // The rows serve as a head with one output per row.
  const none = numerics.zeros(1, rows);
  try {
    const gram = new Float32Array(rows * rows);
    for (let from = 0; from < rows; from += STRIP) {
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
