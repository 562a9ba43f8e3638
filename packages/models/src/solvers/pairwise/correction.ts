import { inTurns, type Steps } from '@kernel-methods/simd';
import type { Head } from '../../data/head.ts';
import { leaveOneOutSteps } from '../../ridge/leave-one-out.ts';
import { type ClassRows, rowsOfPair } from './class-rows.ts';
import type { Pair } from './contested.ts';

/** How much pair machines correct a linear head. */
export interface Correction {
  /** Their penalty, as a share of the mean of s·‖z − z̄‖². */
  readonly share: number;
  /** What is added to the margin of two classes, in units of the machine's own ±1. */
  readonly slope: number;
}

/** Rows of pairs with y = ±1: margins y·m by the linear head, and y·f by machines without the row. */
interface Margins {
  readonly linear: Float64Array;
  readonly corrections: Float64Array;
  readonly weights: Float64Array;
}

const SHARES = [0.01, 0.03, 0.1, 0.3, 1, 3];

/** The most pairs, and rows of them, that the choice is made on. */
const PAIRS = 16;
const ROWS = 3200;

/**
 * The share and the slope with the least logistic loss Σ s·log(1 + exp(−y·(m + slope·f₋))) over the
 * rows of the most contested pairs, f₋ being each pair's machine without the row, in closed form.
 *
 * @returns undefined if no correction lowers the loss.
 * @throws the signal's reason when aborted.
 */
export async function chooseCorrection(
  rows: ClassRows,
  pairs: readonly Pair[],
  head: Head,
  signal: AbortSignal,
): Promise<Correction | undefined> {
  const parts: Margins[][] = SHARES.map(() => []);
  let count = 0;
  for (const pair of pairs.slice(0, PAIRS)) {
    const own = rowsOfPair(rows, pair);
    count += own.picked.length;
    if (count > ROWS && count > own.picked.length) break;
    const margins = await inTurns(marginSteps(rows, pair, own, head), signal);
    for (const [i, part] of margins.entries()) parts[i].push(part);
  }
  let best: (Correction & { loss: number }) | undefined;
  for (const [i, some] of parts.entries()) {
    const found = await inTurns(slopeSteps(some), signal);
    if (best === undefined || found.loss < best.loss) best = { share: SHARES[i], ...found };
  }
  return best && best.slope > 0 ? { share: best.share, slope: best.slope } : undefined;
}

/** The margins of a pair's rows, for each share. */
function* marginSteps(
  rows: ClassRows,
  [a, b]: Pair,
  { picked, targets }: ReturnType<typeof rowsOfPair>,
  head: Head,
): Steps<Margins[]> {
  const width = rows.origin.length;
  const z = new Float32Array(picked.length * width);
  const linear = new Float64Array(picked.length);
  const difference = Float64Array.from(
    { length: width },
    (_, j) => head.weights[a * width + j] - head.weights[b * width + j],
  );
  const start = difference.reduce(
    (sum, value, j) => sum + value * rows.origin[j],
    head.bias[a] - head.bias[b],
  );
  for (const [i, row] of picked.entries()) {
    const features = rows.values.subarray(row * width, (row + 1) * width);
    z.set(features, i * width);
    let margin = start;
    for (let j = 0; j < width; j++) margin += difference[j] * features[j];
    linear[i] = targets[i] * margin;
    if (i % 256 === 255) yield;
  }
  const weights = Float32Array.from(picked, (row) => rows.weights[row]);
  const pair = { z, y: targets, weights, width, units: 1 };
  const found = yield* leaveOneOutSteps(pair, (mean) => SHARES.map((share) => share * mean));
  return SHARES.map((_, i) => ({
    linear,
    corrections: Float64Array.from(found.predictions(i), (f, row) => targets[row] * f),
    weights: Float64Array.from(weights),
  }));
}

/** The largest slope: the machines' own ±1 are then 32 units of log-odds apart. */
const LARGEST = 16;

/** The slope of the least loss, which is convex in it, by bisection of its derivative; and that loss. */
export function* slopeSteps(
  parts: readonly Margins[],
): Steps<{ readonly slope: number; readonly loss: number }> {
  let [low, high] = [0, LARGEST];
  if (derivativeAt(parts, low) >= 0) high = 0;
  else if (derivativeAt(parts, high) <= 0) low = high;
  yield;
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (derivativeAt(parts, middle) < 0) low = middle;
    else high = middle;
    yield;
  }
  const slope = (low + high) / 2;
  return { slope, loss: lossAt(parts, slope) };
}

const lossAt = (parts: readonly Margins[], slope: number) =>
  sumOf(parts, slope, (margin) => Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))));

const derivativeAt = (parts: readonly Margins[], slope: number) =>
  sumOf(parts, slope, (margin, f) => -f / (1 + Math.exp(margin)));

function sumOf(
  parts: readonly Margins[],
  slope: number,
  value: (margin: number, f: number) => number,
): number {
  let sum = 0;
  for (const { linear, corrections, weights } of parts) {
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i] * value(linear[i] + slope * corrections[i], corrections[i]);
    }
  }
  return sum;
}
