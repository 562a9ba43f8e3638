import { kindOf, typeError } from '@kernel-methods/check';
import type * as tf from '@tensorflow/tfjs-core';

/** The types that a classifier takes as an example: a tensor, or a vector of numbers. */
export type ExampleLike = tf.Tensor | ArrayLike<number>;

/** An example's shape, and how many numbers it has. */
export type ExampleShape = Pick<tf.Tensor, 'shape' | 'size'>;

/**
 * A vector of numbers as an example.
 *
 * @throws TypeError unless it is a typed array or numbers.
 */
export function arrayExample(
  name: string,
  example: ArrayLike<number>,
): ExampleShape & { readonly values: ArrayLike<number> } {
  const rule = 'be a tensor, a typed array or an array of numbers';
  if (Array.isArray(example) && example.length > 0) {
    // `findIndex` on the array itself would see holes as undefined.
    const at = Array.from(example).findIndex((value) => typeof value !== 'number');
    if (at >= 0) throw typeError(name, rule, `${kindOf(example[at])} at ${at}`);
  } else if (!(ArrayBuffer.isView(example) && typeof (example as Float32Array)[0] === 'number')) {
    throw typeError(name, rule, kindOf(example));
  }
  return { shape: [example.length], size: example.length, values: example };
}
