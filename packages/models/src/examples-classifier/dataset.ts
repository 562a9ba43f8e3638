import { kindOf, object, rangeError, typeError } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The result of `getClassifierDataset`: rows [features, 1, scale, numbers per example] by label.
 */
export interface ClassifierDataset {
  [label: string]: tf.Tensor2D;
}

/** A dataset that has been read. */
export interface ReadDataset {
  readonly classes: readonly {
    readonly label: string;
    readonly tensor: tf.Tensor2D;
    readonly values: Float32Array;
  }[];
  /**
   * The values that all rows of all classes share; without classes there are 0 numbers per example.
   */
  readonly scale: number | undefined;
  readonly inputDim: number;
}

/**
 * Reads a dataset for `width` features.
 *
 * @throws TypeError or RangeError if it is not a result of `getClassifierDataset`.
 */
export async function readDataset(dataset: ClassifierDataset, width: number): Promise<ReadDataset> {
  object('dataset', dataset);
  const entries = Object.entries(dataset);
  for (const [label, tensor] of entries) checkTensor(label, tensor, width);
  const classes = await Promise.all(
    entries.map(async ([label, tensor]) => ({
      ...{ label, tensor },
      values: await tensor.data<'float32'>(),
    })),
  );
  let shared: [scale: number, inputDim: number] | undefined;
  for (const { label, values } of classes) {
    for (let end = width + 3; end <= values.length; end += width + 3) {
      const [scale, inputDim] = values.subarray(end - 2, end);
      shared ??= [scale, inputDim];
      if (!(scale > 0) || scale !== shared[0] || inputDim !== shared[1]) {
        const received = `scale ${scale} of ${inputDim} numbers for '${label}'`;
        throw rangeError('dataset', 'come from one classifier, with one scale', received);
      }
    }
  }
  const [scale, inputDim] = shared ?? [undefined, 0];
  return { classes, scale, inputDim };
}

function checkTensor(label: string, tensor: unknown, width: number): void {
  if (!(tensor instanceof tf.Tensor) || tensor.isDisposed) {
    throw typeError('dataset', 'hold tensors that are not disposed of', kindOf(tensor));
  }
  const [rows, columns] = tensor.shape;
  if (tensor.rank !== 2 || columns !== width + 3 || rows < 1 || rows > width + 1) {
    const rule = `have 1 to ${width + 1} rows of ${width + 3} numbers for each label`;
    throw rangeError('dataset', rule, `[${tensor.shape}] for '${label}'`);
  }
}
