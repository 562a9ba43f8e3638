import { createRandom } from '@kernel-methods/random';
import type { Examples } from '../../data/examples.ts';
import { compose } from '../../numerics/picked.ts';
import { readPicked } from '../../numerics/read-picked.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import type { SolverContext } from '../solver.ts';
import type { Contests, Pair } from './contested.ts';

/** Rows of features sorted by class, about their mean. */
export interface ClassRows {
  /** The features less `origin`, `rows × width`. */
  readonly values: Float32Array;
  readonly origin: Float32Array;
  readonly weights: Float32Array;
  /** The rows of class k are those from `starts[k]` up to `starts[k + 1]`. */
  readonly starts: Int32Array;
}

/** The most rows of a class that train its pairs: their number to the third power is the work. */
const MOST_ROWS = 256;

/**
 * The rows of each class that have a weight, or some of them drawn by the seed if there are many.
 *
 * @throws the signal's reason when aborted.
 */
export async function classRows(
  examples: Examples,
  contests: Pick<Contests, 'classes' | 'weights'>,
  { numerics, signal, seed }: Pick<SolverContext, 'numerics' | 'signal' | 'seed'>,
): Promise<ClassRows> {
  const { width, units } = examples;
  const { places, starts } = placesOf(contests, units, seed);
  const kept = starts[units];
  const values = new Float32Array(kept * width);
  const weights = new Float32Array(kept);
  const sums = new Float64Array(width);
  const turns = eventLoopYielder();
  let done = 0;
  for await (const { z, picked, targets } of examples.chunks()) {
    const count = targets.length / units;
    const all = Int32Array.from({ length: count }, (_, row) => row);
    const own = all.filter((row) => places[done + row] >= 0);
    const read = await readPicked(numerics, z, compose(picked, own));
    own.forEach((row, i) => {
      const features = read.subarray(i * width, (i + 1) * width);
      const place = places[done + row];
      values.set(features, place * width);
      weights[place] = contests.weights[done + row];
      for (let j = 0; j < width; j++) sums[j] += features[j] / kept;
    });
    done += count;
    if (turns.isDue()) await turns.take();
    signal.throwIfAborted();
  }
  const origin = Float32Array.from(sums);
  for (let at = 0; at < values.length; at += width) {
    for (let j = 0; j < width; j++) values[at + j] -= origin[j];
    if (turns.isDue()) await turns.take();
  }
  signal.throwIfAborted();
  return { values, origin, weights, starts };
}

/** The places of the rows of two classes, and the target of each: 1 for the first class, −1 for the second. */
export function rowsOfPair({ starts }: Pick<ClassRows, 'starts'>, [a, b]: Pair) {
  const range = (k: number) =>
    Array.from({ length: starts[k + 1] - starts[k] }, (_, i) => starts[k] + i);
  const [first, second] = [range(a), range(b)];
  const picked = Int32Array.from([...first, ...second]);
  const targets = Float32Array.from(picked, (_, i) => (i < first.length ? 1 : -1));
  return { picked, targets };
}

/** Where each row goes, or −1. */
function placesOf(
  { classes, weights }: Pick<Contests, 'classes' | 'weights'>,
  units: number,
  seed: number,
) {
  const random = createRandom(seed).stream('pairs');
  const lists = Array.from({ length: units }, (): number[] => []);
  classes.forEach((k, row) => {
    if (weights[row] > 0) lists[k].push(row);
  });
  const places = new Int32Array(classes.length).fill(-1);
  const starts = new Int32Array(units + 1);
  lists.forEach((rows, k) => {
    const some =
      rows.length <= MOST_ROWS
        ? rows
        : Array.from(random.permutation(rows.length).slice(0, MOST_ROWS), (i) => rows[i]);
    some.forEach((row, i) => {
      places[row] = starts[k] + i;
    });
    starts[k + 1] = starts[k] + some.length;
  });
  return { places, starts };
}
