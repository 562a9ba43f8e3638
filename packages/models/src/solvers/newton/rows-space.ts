import {
  eighSteps,
  getSimd,
  inTurns,
  matmul64,
  matmul64Steps,
  type Steps,
} from '@kernel-methods/simd';
import type { Chunk, ChunkOptions, Examples } from '../../data/examples.ts';
import type { Head } from '../../data/head.ts';
import { countOf, type Numerics } from '../../numerics/numerics.ts';
import { readPicked } from '../../numerics/read-picked.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import { SharedWork } from '../shared-work.ts';
import type { Problem, Solution, SolverContext } from '../solver.ts';

/** The most rows: their eigenvectors are computed in about ten milliseconds. */
const ROWS = 256;

/**
 * Solves a problem with few rows, and at least twice as many features, in the space that its rows
 * span: the penalized minimum lies there (the representer theorem), and a row has at most as many
 * coordinates there as there are rows. With Z = C·Q for Q of orthonormal rows, W = V·Q has the same
 * scores on Z as V on C, and the same length, so the objective is the same.
 *
 * Kimeldorf & Wahba, "Some results on Tchebycheffian spline functions", J. Math. Anal. Appl. 33, 1971.
 */
export async function solveInRowsSpace<S extends Solution>(
  problem: Problem,
  context: SolverContext,
  solve: (problem: Problem, context: SolverContext) => Promise<S>,
): Promise<S> {
  const { training, validation, head } = problem;
  if (training.rows > ROWS || 2 * training.rows > training.width) return solve(problem, context);
  const { numerics, onEpochEnd } = context;
  const { width, units, rows, weight } = training;
  const { z, targets, weights } = await readRows(training, context);
  const { sharedWork = new SharedWork(), signal } = context;
  const { rank, coordinates, basis } = await sharedWork.once('newton span', () =>
    inTurns(spanOf(z, rows, width), signal),
  );
  if (rank === 0) return solve(problem, context);
  const inner = { weights: toSpan(head.weights, basis, width, rank), bias: head.bias.slice() };
  const before = { weights: inner.weights.slice(), bias: inner.bias.slice() };
  const restore = ({ weights, bias }: Head): Head => ({
    weights: fromSpan(weights, basis, width, rank),
    bias,
  });
  const owned = new OwnedMatrices(numerics);
  let seen: ReturnType<typeof projected> | undefined;
  try {
    const matrix = owned.matrix(coordinates, rows, rank);
    seen = validation && projected(validation, numerics, basis, rank);
    const all = { z: matrix, picked: { from: 0, count: rows }, targets, weights };
    const chunks = async function* () {
      yield all;
    };
    return await solve(
      {
        ...problem,
        training: { rows, weight, units, width: rank, chunks },
        ...(seen && { validation: seen }),
        head: inner,
      },
      {
        ...context,
        ...(onEpochEnd && {
          onEpochEnd: (record, current) => onEpochEnd(record, async () => restore(await current())),
        }),
      },
    );
  } finally {
    owned.dispose();
    seen?.dispose();
    // A head that did not move is kept, to the last bit.
    if (hasMoved(before, inner)) {
      const { weights, bias } = restore(inner);
      head.weights.set(weights);
      head.bias.set(bias);
    }
  }
}

/** Directions with a smaller share of the rows' squared length are rounding. */
const SMALLEST = 1e-12;

interface Span {
  readonly rank: number;
  readonly coordinates: Float32Array;
  readonly basis: Float64Array;
}

/** Z = C·Q: the rows' coordinates C, float32, and Q as orthonormal rows, from the Gram matrix. */
function* spanOf(z: Float64Array, rows: number, width: number): Steps<Span> {
  const simd = getSimd();
  const gram = yield* matmul64Steps(simd, z, z, { m: rows, n: rows, k: width, transposeB: true });
  const { values, vectors } = yield* eighSteps(simd, gram, rows);
  const largest = values[rows - 1];
  const kept: number[] = [];
  for (let i = rows - 1; i >= 0 && values[i] > SMALLEST * largest; i--) kept.push(i);
  const rank = kept.length;
  const coordinates = new Float32Array(rows * rank);
  const scaled = new Float64Array(rank * rows);
  kept.forEach((from, i) => {
    const length = Math.sqrt(values[from]);
    for (let row = 0; row < rows; row++) {
      const value = vectors[row * rows + from];
      coordinates[row * rank + i] = value * length;
      scaled[i * rows + row] = value / length;
    }
  });
  const basis = yield* matmul64Steps(simd, scaled, z, { m: rank, n: width, k: rows });
  return { rank, coordinates, basis };
}

/** Reads all rows once, so that the solver need not read them again. */
async function readRows({ rows, width, units, ...examples }: Examples, run: SolverContext) {
  const { numerics, signal } = run;
  const z = new Float64Array(rows * width);
  const targets = new Float32Array(rows * units);
  let weights: Float32Array | undefined;
  let first = 0;
  for await (const chunk of examples.chunks()) {
    signal.throwIfAborted();
    z.set(await readPicked(numerics, chunk.z, chunk.picked), first * width);
    targets.set(chunk.targets, first * units);
    if (chunk.weights) {
      weights ??= new Float32Array(rows);
      weights.set(chunk.weights, first);
    }
    first += countOf(chunk.picked);
  }
  return { z, targets, weights };
}

/** W·Qᵀ. */
const toSpan = (weights: Float32Array, basis: Float64Array, width: number, rank: number) =>
  Float32Array.from(
    matmul64(getSimd(), Float64Array.from(weights), basis, {
      ...{ m: weights.length / width, n: rank, k: width },
      transposeB: true,
    }),
  );

/** V·Q. */
const fromSpan = (weights: Float32Array, basis: Float64Array, width: number, rank: number) =>
  Float32Array.from(
    matmul64(getSimd(), Float64Array.from(weights), basis, {
      ...{ m: weights.length / rank, n: width, k: rank },
    }),
  );

/** Examples by their coordinates: Z·Qᵀ, whose scores are those of W = V·Q on Z. */
function projected(examples: Examples, numerics: Numerics, basis: Float64Array, rank: number) {
  const { rows, weight, units, width } = examples;
  const owned = new OwnedMatrices(numerics);
  const head = owned.matrix(Float32Array.from(basis), rank, width);
  const zeros = owned.zeros(1, rank);
  return {
    ...{ rows, weight, units, width: rank },
    async *chunks(options?: ChunkOptions): AsyncGenerator<Chunk> {
      for await (const chunk of examples.chunks(options)) {
        const count = countOf(chunk.picked);
        const values = await numerics.scores(chunk.z, chunk.picked, head, zeros);
        const z = numerics.matrix(values, count, rank);
        try {
          yield { ...chunk, z, picked: { from: 0, count } };
        } finally {
          z.dispose();
        }
      }
    },
    dispose: () => owned.dispose(),
  };
}

const hasMoved = (before: Head, after: Head): boolean =>
  (['weights', 'bias'] as const).some((part) =>
    after[part].some((value, i) => value !== before[part][i]),
  );
