import { choleskySolveStepsAt, getSimd, inTurns, type Steps } from '@kernel-methods/simd';
import { gradientInTurns } from '../../numerics/in-turns.ts';
import type { SolverContext } from '../solver.ts';
import { type ClassBlock, type ClassProducts, weightedSums } from './class-products.ts';
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
  products: ClassProducts,
  [a, b]: Pair,
  share: number,
  { numerics, signal }: Pick<SolverContext, 'numerics' | 'signal'>,
): Promise<PairMachine> {
  const first = await products.within(a);
  const second = await products.within(b);
  const between = await products.between(second, first);
  const { beta, bias } = await inTurns(dualSteps({ first, second, between }, share), signal);
  const along = ({ z }: ClassBlock, own: Float64Array) => {
    const rows = { z, picked: { from: 0, count: z.rows } };
    return gradientInTurns(numerics, rows, Float32Array.from(own), 1, signal);
  };
  const weights = await along(first, beta.subarray(0, first.z.rows));
  const others = await along(second, beta.subarray(first.z.rows));
  let atOrigin = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] += others[i];
    atOrigin += weights[i] * products.rows.origin[i];
  }
  return { weights, bias: bias - atOrigin };
}

interface Blocks {
  readonly first: ClassBlock;
  readonly second: ClassBlock;
  /** Products of the rows of the second class with those of the first, row-major. */
  readonly between: Float32Array;
}

/** The coefficients β of w = Zᵀβ, those of the first class before those of the second, and b. */
function* dualSteps(blocks: Blocks, share: number): Steps<{ beta: Float64Array; bias: number }> {
  const simd = getSimd();
  const { weights, split, weight, rowMeans, all } = meansOf(blocks);
  const n = weights.length;
  const target = (i: number) => (i < split ? 1 : -1);
  const yMean = weights.reduce((sum, s, i) => sum + s * target(i), 0) / weight;
  const roots = weights.map(Math.sqrt);
  yield;
  const a = simd.alloc(8 * n * n);
  const b = simd.alloc(8 * n);
  try {
    const matrix = simd.f64(a, n * n);
    fillLower(matrix, blocks, { roots, rowMeans, all });
    let trace = 0;
    for (let i = 0; i < n; i++) trace += matrix[i * (n + 1)];
    // Where all rows are equal there is nothing to tell them apart by.
    if (!(trace > 0)) return { beta: new Float64Array(n), bias: yMean };
    const alpha = (share * trace) / n;
    for (let i = 0; i < n; i++) matrix[i * (n + 1)] += alpha;
    simd.f64(b, n).set(roots.map((root, i) => root * (target(i) - yMean)));
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

interface Means {
  /** Of each row, the weighted mean of its products with all rows. */
  readonly rowMeans: Float64Array;
  /** The weighted mean of these. */
  readonly all: number;
}

function meansOf({ first, second, between }: Blocks) {
  const split = first.weights.length;
  const weights = new Float64Array(split + second.weights.length);
  weights.set(first.weights);
  weights.set(second.weights, split);
  const weight = weights.reduce((sum, s) => sum + s, 0);
  const rowMeans = new Float64Array(weights.length);
  rowMeans.set(first.sums);
  rowMeans.set(second.sums, split);
  weightedSums(between, first.weights).forEach((sum, i) => {
    rowMeans[split + i] += sum;
  });
  for (let i = 0, at = 0; i < second.weights.length; i++) {
    for (let j = 0; j < split; j++, at++) rowMeans[j] += second.weights[i] * between[at];
  }
  let all = 0;
  for (let i = 0; i < weights.length; i++) {
    rowMeans[i] /= weight;
    all += (weights[i] * rowMeans[i]) / weight;
  }
  return { weights, split, weight, rowMeans, all };
}

/** √s·(z − z̄)ᵀ(z' − z̄)·√s' of all rows, up to the diagonal. */
function fillLower(
  matrix: Float64Array,
  { first, second, between }: Blocks,
  { roots, rowMeans, all }: Means & { readonly roots: Float64Array },
): void {
  const n = roots.length;
  const split = first.weights.length;
  const fill = (row: number, column: number, to: number, products: Float32Array, from: number) => {
    const [root, shift] = [roots[row], all - rowMeans[row]];
    for (let j = column, at = from; j < to; j++, at++) {
      matrix[row * n + j] = root * roots[j] * (products[at] + shift - rowMeans[j]);
    }
  };
  for (let i = 0; i < split; i++) fill(i, 0, i + 1, first.gram, i * split);
  for (let i = split, own = 0; i < n; i++, own++) {
    fill(i, 0, split, between, own * split);
    fill(i, split, i + 1, second.gram, own * (n - split));
  }
}
