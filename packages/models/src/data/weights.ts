import { kindOf } from '@kernel-methods/check';
import type { Steps } from '@kernel-methods/simd';
import { inPieces } from './in-pieces.ts';
import type { Label } from './labels.ts';

/**
 * A weight for each class: by label, or 'balanced': Σs / (classes · Σs of the class), s the sample
 * weights. Rows with several labels count in the sums once for each.
 */
export type ClassWeight =
  | 'balanced'
  | ReadonlyMap<Label, number>
  | Readonly<Record<string, number>>;

/** The classes of rows: one by its index, or those whose targets are above 0, an output for each. */
export interface Members {
  readonly classes?: readonly Label[];
  readonly indices?: Int32Array;
  readonly targets: Float32Array;
}

/**
 * One weight per row: sample weight × class weight; undefined if both are absent. The class weight
 * of a row with several labels is the mean of theirs; that of a row without any is 1. In steps.
 *
 * @throws RangeError or TypeError if weights are negative, not finite (also as a product), all 0,
 * of the wrong number, or for a class that does not occur.
 */
export function* rowWeights(
  rows: number,
  sampleWeight: ArrayLike<number> | undefined,
  classWeight: ClassWeight | undefined,
  members: Members,
): Steps<Float32Array | undefined> {
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  const weights =
    sampleWeight === undefined
      ? new Float32Array(rows).fill(1)
      : yield* checkedWeights(sampleWeight, rows);
  if (classWeight !== undefined) {
    if (members.classes === undefined) {
      throw new RangeError(
        '`classWeight` must be left out in a regression; `sampleWeight` weighs its rows. Received: a weight for classes.',
      );
    }
    const { classes } = members;
    const factors = yield* classFactors(classWeight, classes, members, weights);
    yield* inPieces(
      rows,
      (from, to) => {
        for (let row = from; row < to; row++) {
          const own = classesOf(members, classes.length, row);
          const sum = own.reduce((total, c) => total + factors[c], 0);
          const [weight, factor] = [weights[row], own.length === 0 ? 1 : sum / own.length];
          weights[row] *= factor;
          if (Number.isFinite(weights[row])) continue;
          throw new RangeError(
            `\`sampleWeight\` times \`classWeight\` must be finite as float32. Received: ${weight} times ${factor} in row ${row}.`,
          );
        }
      },
      lookedAt(members, classes.length),
    );
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
  members: Members,
  weights: Float32Array,
): Steps<readonly number[]> {
  if (classWeight === 'balanced') {
    const sums = classes.map(() => 0);
    let total = 0;
    const look = (from: number, to: number) => {
      for (let row = from; row < to; row++) {
        for (const c of classesOf(members, classes.length, row)) {
          sums[c] += weights[row];
          total += weights[row];
        }
      }
    };
    yield* inPieces(weights.length, look, lookedAt(members, classes.length));
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

/** The indices of a row's classes. */
/** The numbers that are looked at for the classes of a row. */
const lookedAt = ({ indices }: Members, classes: number): number => (indices ? 1 : classes);

function classesOf({ indices, targets }: Members, classes: number, row: number): number[] {
  if (indices !== undefined) return [indices[row]];
  const own: number[] = [];
  for (let c = 0; c < classes; c++) if (targets[row * classes + c] > 0) own.push(c);
  return own;
}
