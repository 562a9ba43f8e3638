import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

/** The numbers that a map is defined for. */
export interface InputDomain {
  /** All numbers must be above this, or equal to it if `isIncluded`. */
  readonly above: number;
  readonly isIncluded: boolean;
}

/**
 * The layer, its domain if it has one, and the size of numbers up to which no feature overflows.
 */
interface Checked {
  readonly layer: layers.Layer;
  readonly domain: InputDomain | undefined;
  readonly safe: number;
}

type Numbers = ArrayLike<number>;

/**
 * The backends on which reading values is a view of memory. On a GPU it stalls or is impossible.
 */
const readable = new Set(['cpu', 'wasm', 'simd']);

/** Whether `checkInput` and `checkOutput` can read the values of tensors. */
export const canReadNow = (): boolean => readable.has(tf.getBackend());

/**
 * Checks the rows that a map is given.
 *
 * @returns whether the features must be checked too, because a number is above the safe size.
 * @throws RangeError that names the layer, row and column of a number outside the domain.
 */
export function checkInput({ layer, domain, safe }: Checked, x: Numbers, columns: number): boolean {
  const size = domain === undefined ? largestSize(x) : undefined;
  if (size !== undefined) return size > safe;
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

/** The bits of a float32 without its sign: as integers they have the order of the numbers. */
const SIZE = 0x7fffffff;
const INFINITE = 0x7f800000;

/** The largest size of float32 numbers; undefined if they are of another type or one is not finite. */
function largestSize(x: Numbers): number | undefined {
  if (!(x instanceof Float32Array)) return undefined;
  const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
  let largest = 0;
  for (let i = 0; i < bits.length; i++) {
    const size = bits[i] & SIZE;
    if (size > largest) largest = size;
  }
  if (largest >= INFINITE) return undefined;
  return new Float32Array(Int32Array.of(largest).buffer)[0];
}

/**
 * The values of a tensor where they are, if the backend shows them, until the next operation; otherwise a copy. Where
 * `canReadNow`.
 */
export function valuesNow(tensor: tf.Tensor): Numbers {
  const backend = tf.backend() as { bufferSync?(info: tf.TensorInfo): { values: Numbers } };
  return backend.bufferSync?.(tensor).values ?? tensor.dataSync();
}

/**
 * @throws RangeError if a finite row has a feature that is not finite; it names layer, row and
 * column.
 */
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
      if (!Number.isFinite(value)) return; // Rows that are not finite may have features that are not finite.
      if (Math.abs(value) > Math.abs(x[row * columns + largest])) largest = c;
    }
    throw new RangeError(
      `Features of ${nameOf(layer)} must be finite. Received: ${z[i]} as feature ${i % width} of ` +
        `row ${row}, whose largest number is ${x[row * columns + largest]}, in column ${largest}.`,
    );
  }
}

/**
 * Checks that the features that a layer made of finite rows are finite. On a CPU our maps check
 * this whenever they are applied. On a GPU, where values cannot be read synchronously, the caller
 * must do it.
 *
 * @param x rows [n, …] @param z their features [n, …]
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
