import { createRandom } from '@kernel-methods/random';
import { eighSteps, getSimd, inTurns, matmul64Steps, type Steps } from '@kernel-methods/simd';
import type { Examples } from '../../data/examples.ts';
import { scoresInTurns } from '../../numerics/in-turns.ts';
import type { Numerics } from '../../numerics/numerics.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import { SharedWork } from '../shared-work.ts';
import type { BlockVector } from './block-vector.ts';
import { gatherRows } from './gather.ts';
import { OutputFactors } from './output-factors.ts';
import { type Range, rowBlocks } from './row-blocks.ts';

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
   * Takes the sums of the loss's second derivatives with respect to each output; with many outputs,
   * also those of the rows.
   */
  update(sums: Float64Array, second?: Float32Array): Promise<void>;
  apply(v: Float64Array): Promise<Float64Array>;
  dispose(): void;
}

/**
 * The Hessian of an output is close to c·G + l2·I, where G is the mean of z·zᵀ and c the mean
 * second derivative. G is estimated from random rows by its leading eigenvectors U. On them M is
 * c·λ + l2, and in all other directions the least of these. No D×D matrix is made if D is above the
 * number of rows.
 *
 * With many outputs, each has its own Hessian along U instead of c·λ (`OutputFactors`), since the
 * rows' coordinates then cost few passes.
 *
 * It is applied as a square, (I − U·T·Uᵀ)², so that float32 rounding cannot make it indefinite.
 *
 * Frangella, Tropp & Udell, "Randomized Nyström preconditioning", SIMAX 44, 2023.
 */
export async function nystromPreconditioner(options: Options): Promise<Preconditioner> {
  const { numerics, layout, l2 } = options;
  const { sharedWork = new SharedWork(), seed, signal } = options;
  const { values, vectors } = await sharedWork.once(`newton spectrum ${seed}`, async () => {
    const drawn = await drawRows(options);
    return inTurns(leadingEigenvectors(drawn.rows, drawn.count, layout.width + 1), signal);
  });
  const rank = values.length;
  const { units } = layout;
  const owned = new OwnedMatrices(numerics);
  const make = () => ({
    basis: owned.matrix(vectors, rank, layout.width + 1),
    head: owned.zeros(units, layout.width + 1),
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
  let factors: OutputFactors | undefined;
  let shrink = new Float64Array(rank * units);
  let scale = new Float64Array(units).fill(1);

  /** (I − U·T·Uᵀ)·v; with factors of each output (I − U·(I − √floor·L⁻¹)·Uᵀ)·v, or with L⁻ᵀ. */
  const half = async (v: Float32Array, transposed: boolean) => {
    numerics.write(head, v);
    const along = await numerics.scores(basis, all, head, noBias);
    if (factors) factors.shrink(along, { transposed });
    else for (let i = 0; i < along.length; i++) along[i] *= shrink[i];
    numerics.gradient(basis, all, along, head);
    const part = await numerics.read(head);
    for (let i = 0; i < v.length; i++) v[i] -= part[i];
  };
  return {
    async update(curvatures, second) {
      if (second !== undefined && hasFactors(rank, options)) {
        factors ??= new OutputFactors({
          along: await project(options, vectors),
          values,
          units,
          l2,
        });
        await inTurns(factors.update(second), options.signal);
        scale = factors.floors.map((floor) => 1 / floor);
        return;
      }
      const floor = (unit: number) => curvatures[unit] * values[rank - 1] + l2 || 1;
      scale = Float64Array.from({ length: units }, (_, unit) => 1 / floor(unit));
      shrink = Float64Array.from({ length: rank * units }, (_, i) => {
        const unit = i % units;
        const here = curvatures[unit] * values[Math.floor(i / units)] + l2 || 1;
        return 1 - Math.sqrt(floor(unit) / here);
      });
    },
    async apply(v) {
      const sizes = layout.largest(v);
      const scaled = Float32Array.from(
        layout.scaled(
          v,
          sizes.map((size) => (size === 0 ? 0 : 1 / size)),
        ),
      );
      await half(scaled, false);
      await half(scaled, true);
      return layout
        .scaled(Float64Array.from(scaled), sizes)
        .map((value, i) => value * scale[Math.floor(i / (layout.width + 1))]);
    },
    dispose: () => owned.dispose(),
  };
}

/** Draws rows without replacement, each with a 1 for the bias, times √(its weight / Σ weights). */
async function drawRows(options: Options) {
  const { examples, seed, weights } = options;
  const order = createRandom(seed).stream('newton').permutation(examples.rows);
  const most = Math.max(64, Math.min(ROWS, Math.floor(NUMBERS / examples.width)));
  const drawn = order.subarray(0, Math.min(most, examples.rows)).slice().sort();
  const values = Float64Array.from(await gatherRows(options, drawn));
  const weightOf = (i: number) => weights?.[drawn[i]] ?? 1;
  const sum = drawn.reduce((total, _, i) => total + weightOf(i), 0) || 1;
  const width = values.length / drawn.length;
  for (let i = 0; i < values.length; i++) {
    values[i] *= Math.sqrt(weightOf(Math.floor(i / width)) / sum);
  }
  return { rows: values, count: drawn.length };
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

/** Whether the pass that projects the rows costs at most eight passes of the solver, and 128 MB. */
const hasFactors = (rank: number, { layout, examples }: Options) =>
  8 * layout.units >= rank && rank * examples.rows <= 2 ** 25;

/** The rows' coordinates along the eigenvectors, `rows × rank`. */
async function project(options: Options, vectors: Float32Array): Promise<Float32Array> {
  const { numerics, examples } = options;
  const { width } = examples;
  const rank = vectors.length / (width + 1);
  const weights = new Float32Array(rank * width);
  const bias = new Float32Array(rank);
  for (let i = 0; i < rank; i++) {
    const from = i * (width + 1);
    weights.set(vectors.subarray(from, from + width), i * width);
    bias[i] = vectors[from + width];
  }
  const owned = new OwnedMatrices(numerics);
  try {
    const axes = {
      weights: owned.matrix(weights, rank, width),
      bias: owned.matrix(bias, 1, rank),
    };
    const out = new Float32Array(examples.rows * rank);
    for await (const { z, picked, rows } of rowBlocks(options)) {
      const scores = await scoresInTurns(numerics, { z, picked }, axes, options.signal);
      out.set(scores, (rows as Range).from * rank);
    }
    return out;
  } finally {
    owned.dispose();
  }
}
