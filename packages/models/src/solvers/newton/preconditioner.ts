import { createRandom } from '@kernel-methods/random';
import { eighSteps, getSimd, inTurns, matmul64Steps, type Steps } from '@kernel-methods/simd';
import type { Examples } from '../../data/examples.ts';
import type { Numerics } from '../../numerics/numerics.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import { SharedWork } from '../shared-work.ts';
import type { BlockVector } from './block-vector.ts';
import { gatherRows } from './gather.ts';

interface Options {
  readonly examples: Examples;
  readonly numerics: Numerics;
  readonly layout: BlockVector;
  readonly l2: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** One weight per row; absent if all are 1. */
  readonly weights?: Float32Array;
  /**
   * The work that solves over these rows share: the rows' spectrum does not depend on the settings.
   */
  readonly sharedWork?: SharedWork;
}

/**
 * The number of rows that are drawn, and of their eigenvectors that are kept: the last ones would
 * be noise.
 */
const ROWS = 1024;
const RANK = 256;

/** The most numbers of the rows that are drawn, which are kept in float64 with their zeros. */
const NUMBERS = 2 ** 23;

/** M⁻¹·v for the M that `update` has set. */
export interface Preconditioner {
  /**
   * Takes the sums of the loss's second derivatives with respect to each output. `damping` × the largest
   * eigenvalue is added to all of G.
   */
  update(sums: Float64Array, damping?: number): Promise<void>;
  apply(v: Float64Array): Promise<Float64Array>;
  dispose(): void;
}

/**
 * The Hessian of an output is close to c·G + l2·I for its weights, where G is the mean of z·zᵀ about
 * the rows' mean and c the sum of the second derivatives, and c for its bias, which has no penalty.
 * About the mean, weights and bias do not meet: a bias b there is the bias b − w·mean here.
 *
 * G is estimated from random rows by its leading eigenvectors U. On them M is c·λ + l2, and in all
 * other directions the least of these. No D×D matrix is made if D is above the number of rows.
 *
 * It is applied as a square, (I − U·T·Uᵀ)², so that float32 rounding cannot make it indefinite.
 *
 * Frangella, Tropp & Udell, "Randomized Nyström preconditioning", SIMAX 44, 2023.
 */
export async function nystromPreconditioner(options: Options): Promise<Preconditioner> {
  const { numerics, layout, l2 } = options;
  const { units, width } = layout;
  const { sharedWork = new SharedWork(), seed, signal } = options;
  const { values, vectors, mean } = await sharedWork.once(`newton spectrum ${seed}`, async () => {
    const { rows, mean, count } = await drawRows(options);
    return { ...(await inTurns(leadingEigenvectors(rows, count, width), signal)), mean };
  });
  const rank = values.length;
  const owned = new OwnedMatrices(numerics);
  const make = () => ({
    basis: owned.matrix(vectors, rank, width),
    head: owned.zeros(units, width),
    noBias: owned.zeros(1, units),
  });
  let matrices: ReturnType<typeof make>;
  try {
    matrices = make();
  } catch (error) {
    owned.dispose();
    throw error;
  }
  const { basis, head, noBias } = matrices;
  const all = { from: 0, count: rank };
  let shrink = new Float64Array(rank * units);
  /** The least of M, and that of the bias. */
  let floors = new Float64Array(units).fill(1);
  let biases = floors;

  /** w ← (I − U·T·Uᵀ)·w. */
  const half = async (w: Float32Array) => {
    numerics.write(head, w);
    const along = await numerics.scores(basis, all, head, noBias);
    for (let i = 0; i < along.length; i++) along[i] *= shrink[i];
    numerics.gradient(basis, all, along, head);
    const part = await numerics.read(head);
    for (let i = 0; i < w.length; i++) w[i] -= part[i];
  };
  return {
    async update(sums, damping = 0) {
      const more = damping * values[0];
      floors = sums.map((sum) => sum * (values[rank - 1] + more) + l2 || 1);
      biases = sums.map((sum) => sum || l2 || 1);
      shrink = Float64Array.from({ length: rank * units }, (_, i) => {
        const unit = i % units;
        const here = sums[unit] * (values[Math.floor(i / units)] + more) + l2 || 1;
        return 1 - Math.sqrt(floors[unit] / here);
      });
    },
    async apply(v) {
      const out = layout.vector();
      const w = new Float32Array(units * width);
      const sizes = new Float64Array(units);
      for (let unit = 0; unit < units; unit++) {
        const from = unit * (width + 1);
        const bias = v[from + width];
        for (let i = 0; i < width; i++) out[from + i] = v[from + i] - bias * mean[i];
        for (let i = 0; i < width; i++) {
          sizes[unit] = Math.max(sizes[unit], Math.abs(out[from + i]));
        }
        if (sizes[unit] === 0) continue;
        for (let i = 0; i < width; i++) w[unit * width + i] = out[from + i] / sizes[unit];
      }
      await half(w);
      await half(w);
      for (let unit = 0; unit < units; unit++) {
        const from = unit * (width + 1);
        const factor = sizes[unit] / floors[unit];
        let bias = v[from + width] / biases[unit];
        for (let i = 0; i < width; i++) {
          out[from + i] = factor * w[unit * width + i];
          bias -= out[from + i] * mean[i];
        }
        out[from + width] = bias;
      }
      return out;
    },
    dispose: () => owned.dispose(),
  };
}

/**
 * Draws rows without replacement: their deviations from their mean, each times √(its weight / Σ
 * weights).
 */
async function drawRows(options: Options) {
  const { examples, seed, weights } = options;
  const { width } = examples;
  const order = createRandom(seed).stream('newton').permutation(examples.rows);
  const most = Math.max(64, Math.min(ROWS, Math.floor(NUMBERS / width)));
  const drawn = order.subarray(0, Math.min(most, examples.rows)).slice().sort();
  const values = await gatherRows(options, drawn);
  const count = drawn.length;
  const weightOf = (i: number) => weights?.[drawn[i]] ?? 1;
  const sum = drawn.reduce((total, _, i) => total + weightOf(i), 0) || 1;
  const mean = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    const share = weightOf(row) / sum;
    // The rows lie with a 1 after each.
    for (let i = 0; i < width; i++) mean[i] += share * values[row * (width + 1) + i];
  }
  const rows = new Float64Array(count * width);
  for (let row = 0, at = 0; row < count; row++) {
    const root = Math.sqrt(weightOf(row) / sum);
    for (let i = 0; i < width; i++, at++) {
      rows[at] = root * (values[row * (width + 1) + i] - mean[i]);
    }
  }
  return { rows, mean, count };
}

/**
 * The eigenvalues of AᵀA for an n×d matrix A, in descending order, and their eigenvectors as rows,
 * float32.
 */
function* leadingEigenvectors(
  a: Float64Array,
  n: number,
  d: number,
): Steps<{ values: Float64Array; vectors: Float32Array }> {
  const simd = getSimd();
  const wide = n < d;
  const side = wide ? n : d;
  const shape = wide ? { m: n, n, k: d, transposeB: true } : { m: d, n: d, k: n, transposeA: true };
  const gram = yield* matmul64Steps(simd, a, a, shape);
  const { values, vectors } = yield* eighSteps(simd, gram, side);
  const floor = 1e-10 * values[side - 1];
  let rank = 1;
  while (rank < Math.min(side, RANK) && values[side - 1 - rank] > floor) rank++;
  const kept = Float64Array.from({ length: rank }, (_, i) => values[side - 1 - i]);
  const chosen = new Float64Array(rank * side);
  for (let i = 0; i < rank; i++) {
    const factor = wide ? 1 / Math.sqrt(kept[i] || 1) : 1;
    for (let j = 0; j < side; j++) {
      chosen[i * side + j] = factor * vectors[j * side + side - 1 - i];
    }
    if (i % 32 === 31) yield;
  }
  yield;
  const rows = wide ? yield* matmul64Steps(simd, chosen, a, { m: rank, n: d, k: n }) : chosen;
  return { values: kept, vectors: Float32Array.from(rows) };
}
