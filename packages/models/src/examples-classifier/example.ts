import { kindOf, typeError } from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

/** What a classifier takes as an example: a tensor, or a vector of numbers. */
export type ExampleLike = tf.Tensor | ArrayLike<number>;

/** @throws TypeError unless it is a tensor that is not disposed, a typed array or numbers. */
export function checkedExample(
  name: string,
  example: ExampleLike,
):
  | tf.Tensor
  | { readonly shape: [number]; readonly size: number; readonly values: ArrayLike<number> } {
  if (example instanceof tf.Tensor) return example;
  const isArray = Array.isArray(example)
    ? example.length > 0 && Array.from(example).every((value) => typeof value === 'number')
    : ArrayBuffer.isView(example) && typeof (example as Float32Array)[0] === 'number';
  if (!isArray) {
    throw typeError(name, 'be a tensor, a typed array or an array of numbers', kindOf(example));
  }
  const { length } = example as ArrayLike<number>;
  return { shape: [length], size: length, values: example as ArrayLike<number> };
}
