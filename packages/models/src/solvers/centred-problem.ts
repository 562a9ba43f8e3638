import { rangeError } from '@kernel-methods/check';
import type { Loss } from '@kernel-methods/losses';
import { batchesOf } from '../data/batches.ts';
import type { Chunk, ChunkOptions, Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { countOf, type Matrix, type Numerics } from '../numerics/numerics.ts';
import { deviationOf, distantMean, lengthAbout } from '../numerics/provisional-mean.ts';
import { AS_GIVEN, type Scales } from './optimizer.ts';
import type { Problem, Solution, SolverContext } from './solver.ts';

interface Options {
  /** Whether features are not centred if their rows have this length (root mean square). */
  readonly takesAsGiven?: (length: number) => boolean;
}

type Solve<S> = (
  problem: Problem,
  context: SolverContext,
  spread: Scales,
  origin?: Origin,
) => Promise<S>;

/**
 * Solves a problem about the mean of its rows. If the mean of the features is longer than four
 * times their deviation, it is subtracted; likewise for targets that are real numbers. The minimum
 * does not change, since the bias is not penalized. But steps no longer zigzag along the direction
 * that all rows share, and float32 keeps its digits for the differences between rows.
 *
 * Features are then copied in each pass. Features around 0, such as random Fourier features, are
 * not.
 *
 * `solve` also gets the root mean square of the centred rows, and that of numeric targets. In these
 * units its computation does not depend on the units of the data.
 *
 * @throws RangeError if no row has a weight, or if their sum is not finite.
 */
export async function solveCentred<S extends Solution>(
  problem: Problem,
  context: SolverContext,
  solve: Solve<S>,
  { takesAsGiven = () => false }: Options = {},
): Promise<S> {
  context.signal.throwIfAborted();
  checkWeight(problem.training.weight);
  settle(problem.head);
  const { origin, spread } = await measure(problem, context.numerics, takesAsGiven);
  if (origin === undefined) return solve(problem, context, spread);
  const { head, training, validation } = problem;
  const { numerics, onEpochEnd } = context;
  const inner: Head = {
    ...head,
    weights: head.weights.slice(),
    // Random initial weights are meant for rows around 0, as these now are.
    bias: shiftedBias(head, head.isDrawn ? { ...origin, z: NONE } : origin, 1),
  };
  const before = { weights: inner.weights.slice(), bias: inner.bias.slice() };
  const restore = ({ weights, bias }: Head): Head => ({
    weights,
    bias: shiftedBias({ weights, bias }, origin, -1),
  });
  const owned = [training, ...(validation ? [validation] : [])].map((examples) =>
    centredExamples(examples, origin, numerics),
  );
  try {
    return await solve(
      { ...problem, training: owned[0], ...(validation && { validation: owned[1] }), head: inner },
      {
        ...context,
        ...(onEpochEnd && {
          onEpochEnd: (record, current) => onEpochEnd(record, async () => restore(await current())),
        }),
      },
      spread,
      origin,
    );
  } finally {
    for (const examples of owned) examples.dispose();
    // A head that did not move is kept, to the last bit.
    if (hasMoved(before, inner)) {
      const { weights, bias } = restore(inner);
      head.weights.set(weights);
      head.bias.set(bias);
    }
  }
}

/** @throws RangeError if the sum of the rows' weights is 0 or infinite. */
function checkWeight(weight: number): void {
  if (weight === 0) {
    throw new RangeError('`sampleWeight` must leave a row with a weight above 0. Received: none.');
  }
  if (weight === Number.POSITIVE_INFINITY) {
    throw new RangeError(
      '`sampleWeight`, times `classWeight`, must have a finite sum. Received: Infinity.',
    );
  }
}

/** Replaces numbers of the start that are not finite by 0. */
function settle({ weights, bias }: Head): void {
  for (const values of [weights, bias]) {
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = 0;
  }
}

/** What is subtracted from features and from targets. */
export interface Origin {
  readonly z: Float32Array;
  readonly y: Float32Array;
}

/** The number of rows whose mean is taken. */
const ROWS = 256;

interface Measures {
  /** Absent if nothing has to be subtracted. */
  readonly origin?: Origin;
  readonly spread: Scales;
}

/** Measures the first rows that have a weight. */
async function measure(
  { training, loss, classify }: Problem,
  numerics: Numerics,
  takesAsGiven: (length: number) => boolean,
): Promise<Measures> {
  const { width, units, numbersPerRow } = training;
  const isSparse = numbersPerRow !== undefined;
  const most = isSparse ? Math.max(16, Math.min(ROWS, Math.floor(NUMBERS / width))) : ROWS;
  for await (const chunk of training.chunks()) {
    if (chunk.weights?.every((weight) => weight === 0)) continue;
    const some = firstWeighted(chunk, most);
    const rows = countOf(some.picked);
    const { weights } = some;
    const matrix = numerics.zeros(rows, width);
    try {
      numerics.shift(some.z, some.picked, new Float32Array(width), matrix);
      const values = await numerics.read(matrix);
      const features = { values, width, at: (row: number) => row * width, rows, weights };
      const targets = {
        ...features,
        values: some.targets,
        width: units,
        at: (row: number) => row * units,
      };
      // If all rows are equal, as in a stream of single rows, nothing would be left to learn from.
      const isOne = deviationOf(features) === 0;
      // Zeros that are not kept would be lost with the mean.
      const asGiven = isOne || isSparse || takesAsGiven(lengthAbout(features));
      const z = asGiven ? undefined : distantMean(features);
      const y = loss.coding === 'real' ? distantMean(targets) : undefined;
      const isAny = z !== undefined || y !== undefined;
      const unit = classify ? 1 : unitOf(loss, deviationOf(targets) / Math.sqrt(units));
      const objective = loss.leastSquares ? unit ** 2 : unit;
      return {
        ...(isAny && {
          origin: { z: z ?? new Float32Array(width), y: y ?? new Float32Array(units) },
        }),
        spread: { features: measurable(lengthAbout(features, z)), targets: unit, objective },
      };
    } finally {
      matrix.dispose();
    }
  }
  return { spread: AS_GIVEN };
}

/**
 * The unit of numeric targets.
 *
 * @throws RangeError if a loss with a kink cannot be rounded in float32 for targets of such a deviation.
 */
function unitOf(loss: Loss, deviation: number): number {
  if (loss.leastSquares) return measurable(deviation);
  // Other losses have their own scale.
  if (loss.smoothed === undefined) return 1;
  if (deviation === 0 || isWithin(deviation, MOST_LINEAR)) return deviation || 1;
  const rule = `have a deviation from 1e-32 to 1e32 for ${loss.name}: use another unit`;
  throw rangeError('y', rule, deviation.toPrecision(3));
}

const isWithin = (length: number, most: number) => 1 / most < length && length < most;

/** 1 if rows are all the same, or too small or too large to be measured in float32. */
const measurable = (length: number) => (isWithin(length, MOST) ? length : 1);

/** The largest length: its square is a float32. */
const MOST = 1e18;
/** The largest deviation of targets whose loss has no squares of them. */
const MOST_LINEAR = 1e32;

function firstWeighted(chunk: Chunk, most: number): Chunk {
  for (const batch of batchesOf(chunk, most)) {
    if (!batch.weights?.every((weight) => weight === 0)) return batch;
  }
  return chunk;
}

const NONE = new Float32Array(0);

/** The bias for rows from which the origin is subtracted (`sign` 1), or for the rows themselves. */
function shiftedBias({ weights, bias }: Head, { z, y }: Origin, sign: 1 | -1): Float32Array {
  return bias.map((value, unit) => {
    let sum = value - sign * y[unit];
    for (let i = 0; i < z.length; i++) sum += sign * weights[unit * z.length + i] * z[i];
    return sum;
  });
}

/** The number of values that are copied at a time: a few milliseconds of work. */
const NUMBERS = 2 ** 21;

/** Examples from which an origin is subtracted. */
export function centredExamples(
  examples: Examples,
  { z: origin, y }: Origin,
  numerics: Numerics,
): Examples & { dispose(): void } {
  const { width, units, rows, weight, numbersPerRow } = examples;
  const isShifted = y.some((value) => value !== 0);
  let scratch: Matrix | undefined;
  const shifted = (targets: Float32Array) =>
    isShifted ? targets.map((target, at) => target - y[at % units]) : targets;
  const centred = (part: Chunk, size: number): Chunk => {
    if (scratch !== undefined && scratch.rows < size) {
      scratch.dispose();
      scratch = undefined;
    }
    scratch ??= numerics.zeros(size, width);
    numerics.shift(part.z, part.picked, origin, scratch);
    return {
      ...part,
      z: scratch,
      picked: { from: 0, count: countOf(part.picked) },
      targets: shifted(part.targets),
    };
  };
  return {
    ...{ rows, weight, width, units, numbersPerRow },
    async *chunks(options: ChunkOptions = {}) {
      // The features of sparse rows have no origin.
      if (numbersPerRow !== undefined) {
        for await (const chunk of examples.chunks(options)) {
          yield { ...chunk, targets: shifted(chunk.targets) };
        }
        return;
      }
      const { batchSize = 1 } = options;
      const together = Math.max(64, Math.min(4096, Math.floor(NUMBERS / width)));
      const size = Math.max(1, Math.floor(together / batchSize)) * batchSize;
      for await (const chunk of examples.chunks(options)) {
        const most = Math.min(size, countOf(chunk.picked));
        for (const part of batchesOf(chunk, size)) yield centred(part, most);
      }
    },
    dispose() {
      scratch?.dispose();
      scratch = undefined;
    },
  };
}

const hasMoved = (before: Head, after: Head): boolean =>
  (['weights', 'bias'] as const).some((part) =>
    after[part].some((value, i) => value !== before[part][i]),
  );
