import { valuesOf } from '../numerics/picked.ts';
import type { Label } from './labels.ts';
import { type RowSource, someRows } from './row-source.ts';

/** Rows with their targets in the coding of a loss. The source belongs to the caller. */
export interface Dataset {
  readonly x: RowSource;
  /** Row-major, `rows × units`. */
  readonly targets: Float32Array;
  readonly units: number;
  /** One weight per row; absent where all are 1. */
  readonly weights?: Float32Array;
  readonly classes?: readonly Label[];
  /** The index of each row's class. */
  readonly indices?: Int32Array;
}

/** What a fitted model has seen, to check rows for validation, scoring or further training. */
export interface Seen {
  readonly classes?: readonly Label[];
  readonly units?: number;
  readonly rowShape?: readonly number[];
}

/** Some of the rows; the whole dataset still owns the source. */
export function subset(
  { x, targets, units, weights, classes, indices }: Dataset,
  some: Int32Array | { readonly from: number; readonly count: number },
): Dataset {
  return {
    x: someRows(x, some),
    targets: valuesOf(targets, some, units),
    units,
    weights: weights && valuesOf(weights, some, 1),
    classes,
    indices:
      indices &&
      (some instanceof Int32Array
        ? some.map((row) => indices[row])
        : indices.subarray(some.from, some.from + some.count)),
  };
}

/** @throws RangeError if the rows are not of the shape seen in training. */
export function requireShape(
  { rowShape }: Pick<RowSource, 'rowShape'>,
  expected: readonly number[] | undefined,
  name: string,
): void {
  if (expected === undefined || rowShape.join() === expected.join()) return;
  const like = name === 'x' ? 'of the shape seen in training' : 'of the shape of `x`';
  throw new RangeError(
    `\`${name}\` must have rows ${like}, [${expected}]. Received: [${rowShape}].`,
  );
}
