import { kindOf } from '@kernel-methods/check';
import type { Steps } from '@kernel-methods/simd';
import { inPieces } from './in-pieces.ts';
import type { Label } from './labels.ts';

/**
 * A weight for each class: by label, or 'balanced': Σs / (classes · Σs of the class), s the sample
 * weights.
 */
export type ClassWeight =
  | 'balanced'
  | ReadonlyMap<Label, number>
  | Readonly<Record<string, number>>;

/**
 * One weight per row: sample weight × class weight; undefined if both are absent. In steps.
 *
 * @throws RangeError or TypeError if weights are negative, not finite (also as a product), all 0,
 * of the wrong number, or for a class that does not occur.
 */
export function* rowWeights(
  rows: number,
  sampleWeight: ArrayLike<number> | undefined,
  classWeight: ClassWeight | undefined,
  classes: readonly Label[] | undefined,
  indices: Int32Array | undefined,
): Steps<Float32Array | undefined> {
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  const weights =
    sampleWeight === undefined
      ? new Float32Array(rows).fill(1)
      : yield* checkedWeights(sampleWeight, rows);
  if (classWeight !== undefined) {
    if (classes === undefined || indices === undefined) {
      throw new RangeError(
        '`classWeight` must be left out in a regression; `sampleWeight` weighs its rows. Received: a weight for classes.',
      );
    }
    const factors = yield* classFactors(classWeight, classes, indices, weights);
    yield* inPieces(rows, (from, to) => {
      for (let row = from; row < to; row++) {
        const [weight, factor] = [weights[row], factors[indices[row]]];
        weights[row] *= factor;
        if (Number.isFinite(weights[row])) continue;
        throw new RangeError(
          `\`sampleWeight\` times \`classWeight\` must be finite as float32. Received: ${weight} times ${factor} in row ${row}.`,
        );
      }
    });
  }
  return requireWeight(weights);
}

/** @throws RangeError if no row has a weight. */
export function requireWeight<W extends Float32Array | undefined>(weights: W): W {
  if (weights === undefined || weights.some((weight) => weight > 0)) return weights;
  throw new RangeError('`sampleWeight` must leave a row with a weight above 0. Received: none.');
}

/**
 * A copy of weights, in steps.
 *
 * @throws TypeError or RangeError unless they are finite numbers, 0 or above, one per row.
 */
export function* checkedWeights(
  sampleWeight: ArrayLike<number>,
  rows: number,
): Steps<Float32Array> {
  if (typeof sampleWeight !== 'object' || typeof sampleWeight?.length !== 'number') {
    throw new TypeError(
      `\`sampleWeight\` must be an array of numbers, one per row. Received: ${kindOf(sampleWeight)}.`,
    );
  }
  if (sampleWeight.length !== rows) {
    throw new RangeError(
      `\`sampleWeight\` must have one weight per row, ${rows}. Received: ${sampleWeight.length}.`,
    );
  }
  const weights = new Float32Array(rows);
  yield* inPieces(rows, (from, to) => {
    for (let row = from; row < to; row++) {
      const { [row]: weight } = sampleWeight;
      if (!(typeof weight === 'number' && weight >= 0 && Number.isFinite(Math.fround(weight)))) {
        throw new RangeError(
          `\`sampleWeight\` must hold finite numbers, 0 or above. Received: ${String(weight)} in row ${row}.`,
        );
      }
      weights[row] = weight;
    }
  });
  return weights;
}

function* classFactors(
  classWeight: ClassWeight,
  classes: readonly Label[],
  indices: Int32Array,
  weights: Float32Array,
): Steps<readonly number[]> {
  if (classWeight === 'balanced') {
    const sums = classes.map(() => 0);
    let total = 0;
    yield* inPieces(indices.length, (from, to) => {
      for (let row = from; row < to; row++) {
        sums[indices[row]] += weights[row];
        total += weights[row];
      }
    });
    return sums.map((sum) => (sum === 0 ? 1 : total / (classes.length * sum)));
  }
  if (typeof classWeight !== 'object' || classWeight === null) {
    throw new TypeError(
      `\`classWeight\` must be 'balanced', a Map or an object from labels to weights. Received: ${kindOf(classWeight)}.`,
    );
  }
  const byLabel: ReadonlyMap<unknown, number> =
    classWeight instanceof Map ? classWeight : new Map(Object.entries(classWeight));
  const keyOf = (label: Label) => (classWeight instanceof Map ? label : String(label));
  const known = new Set<unknown>(classes.map(keyOf));
  for (const [label, weight] of byLabel) {
    if (!known.has(label)) {
      throw new RangeError(
        `\`classWeight\` must name labels that are there (${classes.slice(0, 10).join(', ')}). Received: ${String(label)}.`,
      );
    }
    if (!(typeof weight === 'number' && weight >= 0 && Number.isFinite(Math.fround(weight)))) {
      throw new RangeError(
        `\`classWeight\` must hold finite numbers, 0 or above. Received: ${String(weight)} for ${String(label)}.`,
      );
    }
  }
  return classes.map((label) => byLabel.get(keyOf(label)) ?? 1);
}
