import { kindOf, typeError } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The scale and the length of an example, which all rows of all classes must share.
 *
 * @throws RangeError where a tensor is not what `getClassifierDataset` gave.
 */
export function checkDataset(
  dataset: { [label: string]: tf.Tensor2D },
  width: number,
): [scale: number | undefined, inputDim: number] {
  let extra: [number, number] | undefined;
  for (const [label, tensor] of Object.entries(dataset)) {
    if (!(tensor instanceof tf.Tensor) || tensor.isDisposed) {
      throw typeError('dataset', 'hold tensors that are not disposed of', kindOf(tensor));
    }
    const [rows, columns] = tensor.shape;
    if (tensor.rank !== 2 || columns !== width + 3 || rows < 1 || rows > width + 1) {
      throw new RangeError(
        `\`dataset\` must have 1 to ${width + 1} rows of ${width + 3} numbers for each label. Received: [${tensor.shape}] for '${label}'.`,
      );
    }
    const values = tensor.dataSync();
    for (let row = 1; row <= rows; row++) {
      const [scale, inputDim] = values.subarray(row * columns - 2, row * columns);
      extra ??= [scale, inputDim];
      if (!(scale > 0) || scale !== extra[0] || inputDim !== extra[1]) {
        throw new RangeError(
          `\`dataset\` must come from one classifier, with one scale. Received: scale ${scale} of ${inputDim} numbers for '${label}'.`,
        );
      }
    }
  }
  return extra ?? [undefined, 0];
}
