import type { Random } from '@kernel-methods/random';
import { KC } from '@kernel-methods/simd';
import type { Matrix, Picked } from '../numerics/numerics.ts';

/**
 * The rows of a chunk: as many as simd sums in float32 before it adds to float64. With 4,096
 * features they take 14 MB.
 */
export const CHUNK_ROWS = KC;

/** The rows of a chunk that consists of whole batches. */
export const chunkRows = (batchSize: number): number =>
  Math.max(1, Math.floor(CHUNK_ROWS / batchSize)) * batchSize;

/** The sum of the weights of rows, which are all 1 if none are given. */
export const weightOf = (rows: number, weights?: Float32Array): number =>
  weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);

/**
 * Rows of features with their targets, as a solver sees them: never all at once, always in chunks.
 * The solver does not know whether features are kept, computed again or streamed.
 */
export interface Examples {
  readonly rows: number;
  /** Features per row. */
  readonly width: number;
  /** Present where zeros are not kept: the numbers that are, per row. */
  readonly numbersPerRow?: number;
  /** Targets per row. */
  readonly units: number;
  /** Σ of the rows' weights; `rows` where all weights are 1. */
  readonly weight: number;
  /** All rows once, chunk by chunk. A chunk is valid until the next one is requested. */
  chunks(options?: ChunkOptions): AsyncIterable<Chunk>;
}

export interface ChunkOptions {
  /** Draws a random order of the rows; without it they keep their order. */
  readonly random?: Random;
  /** The number of rows of each chunk except the last is a multiple of this. Default 1. */
  readonly batchSize?: number;
}

export interface Chunk {
  /** The matrix that contains the rows; `picked` says which of its rows they are. */
  readonly z: Matrix;
  readonly picked: Picked;
  /** Targets in the loss's coding, row-major `count × units`, in the order of `picked`. */
  readonly targets: Float32Array;
  /** One weight per row; absent where all are 1. */
  readonly weights?: Float32Array;
}
