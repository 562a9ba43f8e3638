import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { countRows } from './check-batch.ts';
import type {
  DualForm,
  FloatArray,
  Loss,
  LossBatch,
  LossConfig,
  LossLink,
  TargetCoding,
} from './loss.ts';

/** What a loss is made from. Shapes and lengths are checked before its functions are called. */
export interface LossDefinition {
  /** The name in logs and saved models, in camelCase. */
  readonly name: string;
  readonly coding: TargetCoding;
  readonly link?: LossLink;
  readonly leastSquares?: true;
  readonly maximumMargin?: true;
  readonly dual?: DualForm;
  smoothed?(width: number): Loss;
  readonly config?: LossConfig;
  /** […, units] → […]. `yTrue` is float32; intermediate tensors are disposed of. */
  tensor(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor;
  readonly closed: ClosedForms;
}

/**
 * Closed forms on row-major arrays. Each overwrites all of `out`. `outputwise` makes them for a loss
 * that is a mean over the outputs.
 */
export interface ClosedForms {
  values(batch: LossBatch, out: FloatArray): void;
  gradient(batch: LossBatch, out: FloatArray): void;
  /** Both, where they share work. */
  valuesAndGradient?(batch: LossBatch, values: FloatArray, gradient: FloatArray): void;
  hessianProduct?(batch: LossBatch, direction: ArrayLike<number>, out: FloatArray): void;
}

const defined = new WeakSet<object>();

/**
 * Whether a function was made by `defineLoss` (another function may have the same name).
 *
 * @example
 * isLoss(hinge); // true
 * isLoss((yTrue, yPred) => yPred); // false
 */
export const isLoss = (value: unknown): value is Loss =>
  typeof value === 'function' && defined.has(value);

/**
 * Defines a loss of your own. All solvers and `model.compile` accept it. `registerLoss` makes it
 * available by name.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { defineLoss, outputwise } from '@kernel-methods/losses';
 *
 * // log cosh(p − t), the mean over the outputs.
 * export const logCosh = defineLoss({
 *   name: 'logCosh',
 *   coding: 'real',
 *   tensor(yTrue, yPred) {
 *     const e = tf.abs(tf.sub(yPred, yTrue));
 *     const tail = tf.log1p(tf.exp(tf.mul(e, -2)));
 *     return tf.mean(tf.sub(tf.add(e, tail), Math.LN2), -1);
 *   },
 *   closed: outputwise(
 *     (t, p) => Math.abs(p - t) + Math.log1p(Math.exp(-2 * Math.abs(p - t))) - Math.LN2,
 *     (t, p) => Math.tanh(p - t),
 *     (t, p) => 1 - Math.tanh(p - t) ** 2,
 *   ),
 * });
 * ```
 *
 * @throws RangeError if the name is not in camelCase.
 */
export function defineLoss(definition: LossDefinition): Loss {
  const { name, coding, link, leastSquares, maximumMargin, dual, config = {}, closed } = definition;
  const { smoothed } = definition;
  if (typeof name !== 'string' || !/^[a-z][A-Za-z0-9]*$/.test(name)) {
    throw check.rangeError('name', 'be camelCase letters and digits', check.shown(name));
  }
  const call = (yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor => {
    checkShapes(yTrue, yPred);
    return tf.tidy(() => definition.tensor(tf.cast(yTrue, 'float32'), yPred));
  };
  Object.defineProperty(call, 'name', { value: name });
  const loss: Loss = Object.assign(call, {
    coding,
    ...(link && { link }),
    ...(leastSquares && { leastSquares }),
    ...(maximumMargin && { maximumMargin }),
    ...(dual && { dual: Object.freeze({ ...dual }) }),
    ...(smoothed && { smoothed }),
    config: Object.freeze({ ...config }),
    values: <Out extends FloatArray>(batch: LossBatch, out: Out) => {
      check.lengthOf('out', out, countRows(batch));
      closed.values(batch, out);
      return out;
    },
    gradient: <Out extends FloatArray>(batch: LossBatch, out: Out) => {
      countRows(batch);
      check.lengthOf('out', out, batch.predictions.length);
      closed.gradient(batch, out);
      return out;
    },
    valuesAndGradient: (batch: LossBatch, values: FloatArray, gradient: FloatArray) => {
      check.lengthOf('values', values, countRows(batch));
      check.lengthOf('gradient', gradient, batch.predictions.length);
      if (closed.valuesAndGradient) {
        closed.valuesAndGradient(batch, values, gradient);
      } else {
        closed.values(batch, values);
        closed.gradient(batch, gradient);
      }
    },
    ...(closed.hessianProduct && {
      hessianProduct: <Out extends FloatArray>(
        batch: LossBatch,
        direction: ArrayLike<number>,
        out: Out,
      ) => {
        countRows(batch);
        check.lengthOf('direction', direction, batch.predictions.length);
        check.lengthOf('out', out, batch.predictions.length);
        closed.hessianProduct?.(batch, direction, out);
        return out;
      },
    }),
  });
  defined.add(loss);
  return loss;
}

/**
 * Without this check, [n] would broadcast against [n, 1] and compare every row with every other.
 */
function checkShapes(yTrue: tf.Tensor, yPred: tf.Tensor): void {
  if (yPred.rank === 0) {
    throw new RangeError('`yPred` must have an axis of outputs. Received: a scalar.');
  }
  if (!tf.util.arraysEqual(yTrue.shape, yPred.shape)) {
    throw new RangeError(
      `\`yTrue\` must have the shape of \`yPred\`, [${yPred.shape}]. Received: [${yTrue.shape}].`,
    );
  }
}
