import * as tf from '@tensorflow/tfjs-core';
import { meanAndError, slope } from '../src/fixtures/approximation.ts';
import { isFittable } from '../src/index.ts';
import type { Case } from './cases.ts';

export interface Curve {
  group: string;
  name: string;
  widths: readonly number[];
  /** The root mean square error over pairs and draws, relative to K(x, x). */
  errors: number[];
  /** The slope of log error over log width: the mean over draws, and its 95 % interval. */
  slope?: Estimate;
  half: boolean;
  /** The log of the root mean square error, one list per draw. */
  logs: number[][];
}

export interface Estimate {
  mean: number;
  low: number;
  high: number;
}

export async function follow(each: Case): Promise<Curve> {
  const { group, name, widths, half = false } = each;
  const logs: number[][] = [];
  for (let seed = 0; seed < each.draws; seed++) {
    const own: number[] = [];
    for (const width of widths) own.push(Math.log(await errorOf(each, width, seed)));
    logs.push(own);
  }
  const errors = widths.map((_, i) =>
    Math.sqrt(logs.reduce((sum, own) => sum + Math.exp(2 * own[i]), 0) / logs.length),
  );
  const slopes = logs.map((own) => slope(widths.map(Math.log), own));
  return { group, name, widths, errors, slope: estimate(slopes), half, logs };
}

async function errorOf({ make, pairs, rows }: Case, width: number, seed: number): Promise<number> {
  const layer = make(width, seed);
  if (rows && isFittable(layer)) await layer.fit(rows());
  const { x, y, exact, units } = pairs();
  const got = tf.tidy(() => {
    const [a, b] = [x, y].map((points) => layer.apply(points) as tf.Tensor);
    return tf.sum(tf.mul(a, b), 1).dataSync();
  });
  layer.dispose();
  const squares = exact.map((value, i) => ((got[i] - value) / units[i]) ** 2);
  return Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
}

/** The ratio of two errors: the geometric mean over all widths and draws. */
export function ratio(of: Curve, against: Curve): Estimate | undefined {
  const found = estimate(
    of.logs.map((own, draw) => meanAndError(own.map((v, i) => v - against.logs[draw][i]))[0]),
  );
  return (
    found && {
      mean: Math.exp(found.mean),
      low: Math.exp(found.low),
      high: Math.exp(found.high),
    }
  );
}

/** Student's t for 95 %, for 2 values and more. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];

function estimate(values: readonly number[]): Estimate | undefined {
  if (values.length < 2) return undefined;
  const [mean, error] = meanAndError(values);
  const reach = error * (STUDENT[values.length - 2] ?? 2.1);
  return { mean, low: mean - reach, high: mean + reach };
}
