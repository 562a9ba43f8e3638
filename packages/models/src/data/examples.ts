import type { Random } from '@kernel-methods/random';
import { KC } from '@kernel-methods/simd';
import type { Matrix, Picked } from '../numerics/numerics.ts';

/** Rows of a chunk: as many as simd sums in float32 before it adds to float64; of 4,096 features 14 MB. */
export const CHUNK_ROWS = KC;

/** As many of them as whole batches fill. */
export const chunkRows = (batchSize: number): number =>
  Math.max(1, Math.floor(CHUNK_ROWS / batchSize)) * batchSize;

/** Σ of the weights of so many rows, which are all 1 where none are given. */
export const weightOf = (rows: number, weights?: Float32Array): number =>
  weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);

/**
 * Rows of features with their targets, as a solver sees them: never all at once, always as chunks.
 * Whether features are kept, computed again or streamed is not the solver's business.
 */
export interface Examples {
  readonly rows: number;
  /** Features per row. */
  readonly width: number;
  /** Targets per row. */
  readonly units: number;
  /** Σ of the rows' weights; `rows` where all weights are 1. */
  readonly weight: number;
  /** All rows once, chunk by chunk. A chunk is good until the next one is asked for. */
  chunks(options?: ChunkOptions): AsyncIterable<Chunk>;
}

export interface ChunkOptions {
  /** Draws an order of the rows; without it they come in their own. */
  readonly random?: Random;
  /** Each chunk but the last holds a multiple of so many rows. Default 1. */
  readonly batchSize?: number;
}

export interface Chunk {
  /** The matrix in which the rows are, and which of its rows they are. */
  readonly z: Matrix;
  readonly picked: Picked;
  /** Targets in the loss's coding, row-major `count × units`, in the order of `picked`. */
  readonly targets: Float32Array;
  /** One weight per row; absent where all are 1. */
  readonly weights?: Float32Array;
}
