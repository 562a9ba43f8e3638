import * as check from '@kernel-methods/check';

/** A length scale: one for all dimensions, or one for each. */
export type LengthScale = number | readonly number[];

/** Checks a length scale, or a list with one per dimension, and returns it; a list is copied. */
export function checkScales(value: unknown): LengthScale {
  if (!Array.isArray(value)) return check.positiveFloat32('scale', value);
  if (value.length === 0) {
    throw new RangeError('`scale` must be a number or one per dimension. Received: [].');
  }
  return Object.freeze(value.map((each) => check.positiveFloat32('scale', each)));
}

/** Checks that `scale` fits points of `inputDim` numbers, and returns it. */
export function scaleFor(scale: LengthScale, inputDim: number): LengthScale {
  if (typeof scale !== 'number' && scale.length !== inputDim) {
    throw check.rangeError(
      'scale',
      `be one number, or one per dimension, ${inputDim}`,
      check.shown(scale),
    );
  }
  return scale;
}

/** The length scale of one dimension. */
export const scaleAt = (scale: LengthScale, dimension: number): number =>
  typeof scale === 'number' ? scale : scale[dimension];

export const sameScale = (a: LengthScale, b: LengthScale): boolean => String(a) === String(b);

/** The scale as a kernel's `getConfig` holds it: absent if it was not given. */
export function scaleConfig(scale: LengthScale | undefined): { scale?: number | number[] } {
  if (scale === undefined) return {};
  return { scale: typeof scale === 'number' ? scale : [...scale] };
}
