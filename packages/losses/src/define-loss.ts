import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { countRows } from './check-batch.ts';
import type { Batch, Coding, FloatArray, Link, Loss, LossConfig } from './loss.ts';

/** What a loss has to say; shapes and lengths are already checked when it is asked. */
export interface LossDefinition {
  readonly name: string;
  readonly coding: Coding;
  readonly link?: Link;
  readonly config?: LossConfig;
  /** […, units] → […]. `yTrue` is float32; intermediate tensors are disposed of. */
  tensor(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor;
  readonly closed: ClosedForms;
}

/** Closed forms on row-major arrays. */
export interface ClosedForms {
  values(batch: Batch, out: FloatArray): void;
  gradient(batch: Batch, out: FloatArray): void;
  hessianProduct?(batch: Batch, direction: ArrayLike<number>, out: FloatArray): void;
}

const defined = new WeakSet<object>();

/** Whether a function is a loss of this package (another function may have the same name). */
export const isLoss = (value: unknown): value is Loss =>
  typeof value === 'function' && defined.has(value);

/** A `Loss` from its definition. */
export function defineLoss(definition: LossDefinition): Loss {
  const { name, coding, link, config = {}, closed } = definition;
  const call = (yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor => {
    checkShapes(yTrue, yPred);
    return tf.tidy(() => definition.tensor(tf.cast(yTrue, 'float32'), yPred));
  };
  Object.defineProperty(call, 'name', { value: name });
  const loss: Loss = Object.assign(call, {
    coding,
    ...(link && { link }),
    config: Object.freeze({ ...config }),
    values: <Out extends FloatArray>(batch: Batch, out: Out) => {
      check.lengthOf('out', out, countRows(batch));
      closed.values(batch, out);
      return out;
    },
    gradient: <Out extends FloatArray>(batch: Batch, out: Out) => {
      countRows(batch);
      check.lengthOf('out', out, batch.predictions.length);
      closed.gradient(batch, out);
      return out;
    },
    ...(closed.hessianProduct && {
      hessianProduct: <Out extends FloatArray>(
        batch: Batch,
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

/** Broadcasting [n] against [n, 1] would compare every row with every other. */
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
