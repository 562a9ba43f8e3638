import type { Random } from '@kernel-methods/random';
import { eighSteps, getSimd, inTurns, matmul64Steps, type Steps } from '@kernel-methods/simd';
import type { Chunk } from '../../data/examples.ts';
import { gradientInTurns, scoresInTurns } from '../../numerics/in-turns.ts';
import { countOf, type Numerics } from '../../numerics/numerics.ts';
import { OwnedMatrices } from '../owned-matrices.ts';

/** Eigenvalues in descending order, and orthonormal eigenvectors [vector, last] as rows. */
export interface Spectrum {
  readonly values: Float64Array;
  /** Row-major `values.length × width`. */
  readonly vectors: Float32Array;
  /** The component of each vector for the bias. */
  readonly last: Float32Array;
}

/** The number of additional directions, which improve the accuracy of the last ones. */
const SPARE = 16;
const ITERATIONS = 3;

/**
 * The leading eigenvectors of the mean of s·r·rᵀ over some rows r = [z/features, 1], s their weights ×
 * `scale`, by block power iteration from random vectors: two products with the rows each time,
 * orthonormalized in float64.
 *
 * Halko, Martinsson & Tropp, "Finding structure with randomness", SIAM Review 53, 2011.
 */
export async function leadingSpectrum(
  numerics: Numerics,
  chunk: Chunk,
  wanted: number,
  random: Random,
  { scale, features }: { readonly scale: number; readonly features: number },
  signal?: AbortSignal,
): Promise<Spectrum> {
  const { z, picked, weights } = chunk;
  const width = z.columns;
  const rows = countOf(picked);
  const count = Math.min(wanted + SPARE, rows, width + 1);
  const owned = new OwnedMatrices(numerics);
  try {
    const start = Float32Array.from({ length: count * width }, random.normal);
    const vectors = owned.matrix(start, count, width);
    const lastStart = Float32Array.from({ length: count }, random.normal);
    const last = owned.matrix(lastStart.map(times(features)), 1, count);
    let spectrum: Spectrum | undefined;
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      const head = { weights: vectors, bias: last };
      const products = await scoresInTurns(numerics, chunk, head, signal);
      for (let at = 0; at < products.length; at++) {
        const weight = weights === undefined ? 1 : scale * weights[Math.floor(at / count)];
        products[at] *= weight / (rows * features);
      }
      const sums = columnSums(products, count);
      const along = products.map(times(1 / features));
      const images = await gradientInTurns(numerics, chunk, along, count, signal);
      spectrum = await inTurns(orthonormalSteps(images, sums), signal);
      numerics.write(vectors, spectrum.vectors);
      // Products with z are `features` times as large as those with the scaled rows.
      numerics.write(last, spectrum.last.map(times(features)));
    }
    const { values, ...found } = spectrum as Spectrum;
    const kept = Math.min(wanted, values.length);
    return {
      values: values.slice(0, kept),
      vectors: found.vectors.slice(0, kept * width),
      last: found.last.slice(0, kept),
    };
  } finally {
    owned.dispose();
  }
}

const times = (factor: number) => (value: number) => factor * value;

/** For Y = A·Q: the orthonormal rows in which Y·Yᵀ is diagonal, and the roots of that diagonal. */
function* orthonormalSteps(y: Float32Array, last: Float64Array): Steps<Spectrum> {
  const simd = getSimd();
  const count = last.length;
  const width = y.length / count;
  const exact = Float64Array.from(y);
  const square = { m: count, n: count, k: width, transposeB: true };
  const gram = yield* matmul64Steps(simd, exact, exact, square);
  for (let i = 0; i < gram.length; i++) gram[i] += last[Math.floor(i / count)] * last[i % count];
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) gram[i * count + j] = gram[j * count + i];
  const { values, vectors } = yield* eighSteps(simd, gram, count);
  const floor = 1e-14 * values[count - 1];
  const kept = values.filter((value) => value > floor).reverse();
  const turn = Float64Array.from({ length: kept.length * count }, (_, at) => {
    const i = Math.floor(at / count);
    return vectors[(at % count) * count + (count - 1 - i)] / Math.sqrt(kept[i]);
  });
  const turned = yield* matmul64Steps(simd, turn, exact, { m: kept.length, n: width, k: count });
  const lastTurned = yield* matmul64Steps(simd, turn, last, { m: kept.length, n: 1, k: count });
  // Lost directions become zeros, so that shapes do not change.
  const all = new Float32Array(count * width);
  all.set(turned);
  const allLast = new Float32Array(count);
  allLast.set(lastTurned);
  return { values: kept.map(Math.sqrt), vectors: all, last: allLast };
}

function columnSums(values: Float32Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) sums[i % columns] += values[i];
  return sums;
}
