import { choleskySolveStepsAt, getSimd, inTurns, type Steps } from '@kernel-methods/simd';
import { gradientInTurns, scoresInTurns } from '../../numerics/in-turns.ts';
import type { SolverContext } from '../solver.ts';
import { type ClassRows, rowsOfPair } from './class-rows.ts';
import type { Pair } from './contested.ts';

/** A linear function of features. */
export interface PairMachine {
  readonly weights: Float32Array;
  readonly bias: number;
}

/**
 * The least-squares machine of two classes: it minimizes Σ s·(y − w·z − b)² + alpha·‖w‖² over the
 * rows of both, y = 1 for the first class and −1 for the second, in the space of the rows.
 *
 * @param share alpha as a share of the mean of s·‖z − z̄‖².
 * @throws the signal's reason when aborted.
 */
export async function pairMachine(
  rows: ClassRows,
  pair: Pair,
  share: number,
  { numerics, signal }: Pick<SolverContext, 'numerics' | 'signal'>,
): Promise<PairMachine> {
  const { picked, targets } = rowsOfPair(rows, pair);
  const weights = Float64Array.from(picked, (row) => rows.weights[row]);
  const own = { z: rows.z, picked };
  const width = rows.z.columns;
  // Rows serve as a head with one output per row.
  const asHead = numerics.empty(picked.length, width);
  const none = numerics.zeros(1, picked.length);
  let gram: Float32Array;
  try {
    numerics.shift(rows.z, picked, new Float32Array(width), asHead);
    gram = await scoresInTurns(numerics, own, { weights: asHead, bias: none }, signal);
  } finally {
    asHead.dispose();
    none.dispose();
  }
  const { beta, bias } = await inTurns(dualSteps({ gram, targets, weights }, share), signal);
  const w = await gradientInTurns(numerics, own, Float32Array.from(beta), 1, signal);
  return { weights: w, bias: bias - w.reduce((sum, value, i) => sum + value * rows.origin[i], 0) };
}

interface Rows {
  /** Z·Zᵀ, row-major. */
  readonly gram: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float64Array;
}

/** The coefficients β of w = Zᵀβ, and b. */
function* dualSteps(
  { gram, targets, weights }: Rows,
  share: number,
): Steps<{ beta: Float64Array; bias: number }> {
  const simd = getSimd();
  const n = targets.length;
  const weight = weights.reduce((sum, s) => sum + s, 0);
  const mean = (values: ArrayLike<number>, from = 0) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += weights[i] * values[from + i];
    return sum / weight;
  };
  const yMean = mean(targets);
  const rowMeans = Float64Array.from({ length: n }, (_, i) => mean(gram, i * n));
  const all = mean(rowMeans);
  yield;
  const roots = weights.map(Math.sqrt);
  const a = simd.alloc(8 * n * n);
  const b = simd.alloc(8 * n);
  try {
    const matrix = simd.f64(a, n * n);
    let trace = 0;
    for (let i = 0, at = 0; i < n; i++, at += n) {
      for (let j = 0; j <= i; j++) {
        const centred = gram[at + j] - rowMeans[i] - rowMeans[j] + all;
        matrix[at + j] = roots[i] * roots[j] * centred;
      }
      trace += matrix[at + i];
    }
    // Where all rows are equal there is nothing to tell them apart by.
    if (!(trace > 0)) return { beta: new Float64Array(n), bias: yMean };
    const alpha = (share * trace) / n;
    for (let i = 0; i < n; i++) matrix[i * (n + 1)] += alpha;
    simd.f64(b, n).set(roots.map((root, i) => root * (targets[i] - yMean)));
    yield;
    yield* choleskySolveStepsAt(simd, { a, b, n, columns: 1 });
    const beta = simd.f64(b, n).map((value, i) => roots[i] * value);
    // w·z̄ = Σ β·(mean of the products with the row). The products of β with a constant are 0.
    return { beta, bias: yMean - beta.reduce((sum, value, i) => sum + value * rowMeans[i], 0) };
  } finally {
    simd.free(a);
    simd.free(b);
  }
}
