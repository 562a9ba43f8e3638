import type { Steps } from '@kernel-methods/simd';
import type { Json } from '@kernel-methods/tables';
import type { Curve, LinkWith } from '../tasks/task.ts';

/** Scores of labelled rows that the head was not trained on. */
export interface ScoredRows {
  /** Row-major `rows × units`. */
  readonly scores: Float32Array;
  readonly units: number;
  /** The same shape: above 0 where an output is that of the row's class, or of one of its labels. */
  readonly targets: Float32Array;
  /** The sharpness that the task finds for all outputs together. */
  sharpness(): number | Steps<number>;
}

/** How the scores of a classifier become probabilities: a value of the option `calibrate`. */
export interface CalibrationMethod {
  /** The name in the option, and in saved models. */
  readonly name: string;
  /** Whether probabilities may be in another order than scores, so that they must decide. */
  readonly reorders: boolean;
  /** Finds what the probabilities are computed from. */
  steps(rows: ScoredRows): Steps<Pick<LinkWith, 'inverseTemperature' | 'curves'>>;
  /** A curve that its `toJSON` returned; absent if there are none. @throws RangeError if it is damaged. */
  curve?(json: Json): Curve;
}

/** The curves of all outputs, each fitted to its own scores: one against the rest. */
export function* curvesOf(
  { scores, units, targets }: ScoredRows,
  fit: (scores: Float64Array, isOn: Uint8Array) => Steps<Curve>,
): Steps<Pick<LinkWith, 'inverseTemperature' | 'curves'>> {
  const curves: Curve[] = [];
  const rows = scores.length / units;
  for (let unit = 0; unit < units; unit++) {
    const own = Float64Array.from({ length: rows }, (_, row) => scores[row * units + unit]);
    const isOn = Uint8Array.from({ length: rows }, (_, row) => +(targets[row * units + unit] > 0));
    curves.push(yield* fit(own, isOn));
    yield;
  }
  return { inverseTemperature: 1, curves };
}
