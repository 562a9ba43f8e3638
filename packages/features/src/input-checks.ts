import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

/** The numbers that a map is defined for. */
export interface InputDomain {
  /** All numbers must be above this, or equal to it where `isIncluded`. */
  readonly above: number;
  readonly isIncluded: boolean;
}

/** What is checked: a layer, its domain if it has one, and numbers up to which nothing overflows. */
interface Checked {
  readonly layer: layers.Layer;
  readonly domain: InputDomain | undefined;
  readonly safe: number;
}

type Numbers = ArrayLike<number>;

/** Where reading values is a view of memory. On a GPU it would stall, or is not possible. */
const readable = new Set(['cpu', 'wasm', 'simd']);

/** Whether `checkInput` and `checkOutput` can look at the values of tensors. */
export const canReadNow = (): boolean => readable.has(tf.getBackend());

/**
 * Looks at the rows that a map is given.
 *
 * @returns whether features must be looked at too, since a number is beyond the safe ones.
 * @throws RangeError that names the layer, row and column of a number outside of the domain.
 */
export function checkInput({ layer, domain, safe }: Checked, x: Numbers, columns: number): boolean {
  const least = domain?.above ?? Number.NEGATIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    if (value <= least && !(value === least && domain?.isIncluded)) {
      const rule = domain?.isIncluded ? `${least} or above` : `above ${least}`;
      throw new RangeError(
        `\`input\` of ${nameOf(layer)} must hold numbers ${rule}. ` +
          `Received: ${value} in ${placeOf(i, columns)}.`,
      );
    }
    if (value > largest || -value > largest) largest = Math.abs(value);
  }
  return largest > safe && largest < Number.POSITIVE_INFINITY;
}

/** @throws RangeError that names the layer, the finite row and the column of a feature that is not. */
export function checkOutput(
  { layer }: Pick<Checked, 'layer'>,
  [x, columns]: readonly [Numbers, number],
  [z, width]: readonly [Numbers, number],
): void {
  for (let i = 0; i < z.length; i++) {
    if (Number.isFinite(z[i])) continue;
    const row = Math.floor(i / width);
    let largest = 0;
    for (let c = 0; c < columns; c++) {
      const value = x[row * columns + c];
      if (!Number.isFinite(value)) return; // What is no number in, is none out.
      if (Math.abs(value) > Math.abs(x[row * columns + largest])) largest = c;
    }
    throw new RangeError(
      `Features of ${nameOf(layer)} must be finite. Received: ${z[i]} as feature ${i % width} of ` +
        `row ${row}, whose largest number is ${x[row * columns + largest]}, in column ${largest}.`,
    );
  }
}

/**
 * Checks what a layer made of rows: features of finite rows must be finite. On a CPU our maps do so
 * by themselves whenever they are applied; on a GPU, where values cannot be read at once, it is for
 * whoever applies them.
 *
 * @param x rows [n, …] @param z what the layer made of them [n, …]
 * @throws RangeError that names the layer, row and column.
 *
 * @example
 * const [layer, x] = [standardize(), tf.tensor2d([[0, 10], [1, 20]])];
 * await layer.fit(x);
 * await checkFeatures(layer, x, layer.apply(x)); // throws if a feature is not finite
 */
export async function checkFeatures(
  layer: layers.Layer,
  x: tf.Tensor,
  z: tf.Tensor,
): Promise<void> {
  const [rows, features] = await Promise.all([x.data(), z.data()]);
  const domain = (layer as { inputDomain?: InputDomain }).inputDomain;
  const [columns, width] = [x.size / x.shape[0], z.size / z.shape[0]];
  checkInput({ layer, domain, safe: 0 }, rows as Numbers, columns);
  checkOutput({ layer }, [rows as Numbers, columns], [features as Numbers, width]);
}

const nameOf = (layer: layers.Layer) =>
  `the layer ${check.shown(layer.name)} (${layer.getClassName()})`;

const placeOf = (i: number, columns: number) =>
  `row ${Math.floor(i / columns)}, column ${i % columns}`;
