import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { defineLoss, type LossDefinition } from './define-loss.ts';
import { defineParametrizedLoss } from './define-parametrized-loss.ts';
import type { LossBatch, ParametrizedLoss } from './loss.ts';

export type PinballConfig = {
  /** The share of targets that are to lie below the prediction, or one for each output. Default ½. */
  readonly quantile: number | readonly number[];
};

/**
 * Pinball loss, the mean over the outputs of τ·e where e ≥ 0 and (τ − 1)·e below, e = t − p: its
 * minimum is the quantile τ of the targets, as that of the squared error is their mean.
 *
 * Targets are any reals. `pinball` has τ = ½, half of the absolute error, whose minimum is the median;
 * `pinball.with({ quantile: 0.9 })` has τ = 0.9, and `pinball.with({ quantile: [0.1, 0.9] })` one τ for
 * each of two outputs; rows of one output take them in turns. Another number of outputs is refused
 * (RangeError).
 *
 * The gradient by p is −τ / units where t > p and (1 − τ) / units where t < p; at the kink it is the
 * middle of both, (½ − τ) / units. There is no second derivative; `smoothed(width)` has one: within
 * `width` of the kink, |e| is e²/(2·width) + width/2.
 *
 * Koenker & Bassett, "Regression quantiles", Econometrica 46, 1978; the smoothing: Chen, "A finite
 * smoothing algorithm for quantile regression", J. Comput. Graph. Stat. 16, 2007.
 *
 * @example
 * const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: pinball.with({ quantile: [0.1, 0.9] }) });
 */
export const pinball: ParametrizedLoss<PinballConfig> = defineParametrizedLoss<PinballConfig>(
  { quantile: 0.5 },
  ({ quantile }) => {
    const shifts = checked(quantile).map((one) => one - 0.5);
    return {
      ...definition('pinball', shifts),
      smoothed(width) {
        check.positiveFinite('width', width);
        return defineLoss(definition('smoothPinball', shifts, width));
      },
    };
  },
);

/** @throws RangeError unless they lie between 0 and 1. */
function checked(quantile: PinballConfig['quantile']): readonly number[] {
  const all: readonly number[] = Array.isArray(quantile) ? quantile : [quantile];
  check.checkThat(all.length > 0, 'quantile', 'must hold a number for each output', 'none');
  for (const one of all) {
    if (typeof one === 'number' && one > 0 && one < 1) continue;
    throw check.rangeError('quantile', 'lie between 0 and 1', check.shown(one));
  }
  return all;
}

/** The loss is size(e)/2 + shift·e, where size is |e|, rounded within a width of 0. */
function definition(name: string, shifts: readonly number[], width = 0): LossDefinition {
  const requireUnits = (units: number) => {
    if (shifts.length === 1 || units === 1 || units === shifts.length) return;
    const rule = `hold a number for each of ${units} outputs`;
    throw check.rangeError('quantile', rule, `${shifts.length}`);
  };
  const forEach = ({ targets, predictions, units }: LossBatch, use: Use) => {
    requireUnits(units);
    for (let i = 0; i < predictions.length; i++) {
      use(targets[i] - predictions[i], shifts[i % shifts.length], i);
    }
  };
  const size = (error: number) =>
    Math.abs(error) >= width ? Math.abs(error) : error ** 2 / (2 * width) + width / 2;
  const slope = (error: number) => (Math.abs(error) >= width ? Math.sign(error) : error / width);
  return {
    name,
    coding: 'real',
    tensor(yTrue, yPred) {
      const units = yPred.shape[yPred.rank - 1] as number;
      requireUnits(units);
      const error = tf.sub(yTrue, yPred);
      // The gradient of `relu` at 0 is 0; that of `abs` is not.
      const far = tf.add(tf.relu(tf.sub(error, width)), tf.relu(tf.sub(tf.neg(error), width)));
      const near = tf.clipByValue(error, -width, width);
      const half = width === 0 ? far : tf.add(far, tf.div(tf.square(near), 2 * width));
      const linear = tf.mul(error, units === 1 ? shifts[0] : tf.tensor1d([...shifts]));
      return tf.mean(tf.add(tf.mul(tf.add(half, width / 2), 0.5), linear), -1);
    },
    closed: {
      values(batch, out) {
        out.fill(0);
        forEach(batch, (error, shift, i) => {
          out[Math.floor(i / batch.units)] += (size(error) / 2 + shift * error) / batch.units;
        });
      },
      gradient(batch, out) {
        forEach(batch, (error, shift, i) => {
          out[i] = -(slope(error) / 2 + shift) / batch.units;
        });
      },
      ...(width > 0 && {
        hessianProduct(batch, direction, out) {
          forEach(batch, (error, _, i) => {
            const curvature = Math.abs(error) < width ? 1 / (2 * width) : 0;
            out[i] = (curvature * direction[i]) / batch.units;
          });
        },
      }),
    },
  };
}

type Use = (error: number, shift: number, i: number) => void;
