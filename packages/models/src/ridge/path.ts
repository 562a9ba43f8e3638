import { classIndices } from '../class-indices.ts';
import type { Chunk, Examples } from '../examples.ts';
import { countOf, type Matrix, type Numerics } from '../numerics/numerics.ts';
import { turnTaker } from '../turn-taker.ts';
import type { RidgeAccumulator } from './accumulator.ts';
import { parts } from './parts.ts';
import type { RidgeSolution } from './solve.ts';
import { RidgeSpectrum } from './spectrum.ts';

/** Ridge regression for one penalty, and how well it predicts each row when fitted to the others. */
export interface RidgePathPoint extends RidgeSolution {
  /** Σ s·‖y − f₋(z)‖² / (units·Σ s), f₋ being fitted without the row. */
  readonly looLoss: number;
  /** The share of rows that f₋ classifies rightly; absent in a regression. */
  readonly looAccuracy?: number;
}

export interface RidgePathOptions {
  /** The sums over exactly the rows of `examples`. */
  readonly state: RidgeAccumulator;
  readonly examples: Examples;
  readonly numerics: Numerics;
  readonly l2s: readonly number[];
  /** Whether rows that are classified rightly are counted. */
  readonly classify?: boolean;
  readonly signal?: AbortSignal;
}

/** Rows at a time: their products with all eigenvectors are kept meanwhile. */
const BLOCK_ROWS = 832;

/**
 * Ridge regression for many penalties from one factorization and one more pass over the rows, with
 * the leave-one-out error in closed form: y − f₋ = (y − f)/(1 − h), where the leverage of a row is
 * h = s·(1/Σs + Σⱼ (zcᵀvⱼ)²/(λⱼ + alpha)), the bias counted in it. Products with rows are float32,
 * so that errors are less exact where h is near 1: fits through all rows.
 *
 * Allen, "The relationship between variable selection and data augmentation", Technometrics 16, 1974;
 * Rifkin & Lippert, "Notes on regularized least squares", 2007.
 */
export async function ridgePath(options: RidgePathOptions): Promise<RidgePathPoint[]> {
  const { state, examples, numerics, l2s, classify = false, signal } = options;
  signal?.throwIfAborted();
  const spectrum = new RidgeSpectrum(state);
  const solutions = spectrum.solve(l2s);
  const { width, units } = state;
  const { weight } = state;
  const owned: Matrix[] = [];
  const own = (matrix: Matrix) => {
    owned.push(matrix);
    return matrix;
  };
  const turns = turnTaker();
  const sums = l2s.map(() => ({ losses: 0, right: 0 }));
  let rows = 0;
  try {
    const means = state.sums().z.map((value) => value / weight);
    const axes = own(numerics.matrix(transposed(spectrum.vectors, width), width, width));
    const center = own(numerics.matrix(minusCenter(spectrum.vectors, means), 1, width));
    const shrinkage = l2s.flatMap((l2) => Array.from(spectrum.shrinkage(l2)));
    const leverages = own(numerics.matrix(Float32Array.from(shrinkage), l2s.length, width));
    const share = new Float32Array(l2s.length).fill(1 / weight);
    const shares = own(numerics.matrix(share, 1, l2s.length));
    const heads = own(
      numerics.matrix(joined(solutions.map(({ head }) => head.weights)), l2s.length * units, width),
    );
    const biases = own(
      numerics.matrix(joined(solutions.map(({ head }) => head.bias)), 1, l2s.length * units),
    );
    /** Adds a block of rows to the sums. */
    const add = async ({ z, picked, targets, weights }: Chunk) => {
      const fits = await numerics.scores(z, picked, heads, biases);
      const u = await numerics.scores(z, picked, axes, center);
      const count = countOf(picked);
      rows += count;
      for (let i = 0; i < u.length; i++) u[i] *= u[i];
      const squares = numerics.matrix(u, count, width);
      let h: Float32Array;
      try {
        h = await numerics.scores(squares, { from: 0, count }, leverages, shares);
      } finally {
        squares.dispose();
      }
      const expected = classify ? classIndices(targets, units) : undefined;
      sums.forEach((sum, index) => {
        const without = new Float32Array(targets.length);
        targets.forEach((target, at) => {
          const row = Math.floor(at / units);
          const s = weights?.[row] ?? 1;
          const fit = fits[row * l2s.length * units + index * units + (at % units)];
          // A row that alone decides on its fit has no other: what is left would be rounding.
          const left = Math.max(1e-6, 1 - s * h[row * l2s.length + index]);
          const residual = (target - fit) / left;
          without[at] = target - residual;
          sum.losses += s * residual * residual;
        });
        classIndices(without, units).forEach((chosen, row) => {
          sum.right += Number(chosen === expected?.[row]);
        });
      });
    };
    for await (const chunk of examples.chunks()) {
      for (const part of parts(chunk, units, BLOCK_ROWS)) {
        signal?.throwIfAborted();
        await add(part);
        if (turns.isDue()) await turns.take();
      }
    }
    signal?.throwIfAborted();
  } finally {
    for (const matrix of owned) matrix.dispose();
  }
  return solutions.map((solution, index) => ({
    ...solution,
    looLoss: sums[index].losses / (units * weight),
    ...(classify && { looAccuracy: sums[index].right / rows }),
  }));
}

/** The eigenvectors as rows. */
function transposed(vectors: Float64Array, width: number): Float32Array {
  const out = new Float32Array(vectors.length);
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j < width; j++, at++) out[j * width + i] = vectors[at];
  }
  return out;
}

/** −Vᵀ·z̄. */
function minusCenter(vectors: Float64Array, means: Float64Array): Float32Array {
  const width = means.length;
  const out = new Float64Array(width);
  means.forEach((mean, i) => {
    for (let j = 0; j < width; j++) out[j] -= mean * vectors[i * width + j];
  });
  return Float32Array.from(out);
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
