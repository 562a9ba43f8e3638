import { countOf, type Matrix, type Picked } from './numerics.ts';

/**
 * @throws RangeError unless there are this many numbers: the memory past the end belongs to others.
 */
export function checkLength(name: string, values: ArrayLike<number>, length: number): void {
  if (values.length === length) return;
  throw new RangeError(`\`${name}\` must hold ${length} numbers. Received: ${values.length}.`);
}

/** @throws RangeError unless the matrix has all the rows that are picked. */
export function checkPicked({ rows }: Matrix, picked: Picked): void {
  const refuse = (received: number) => {
    throw new RangeError(
      `\`picked\` must be rows of a matrix that has ${rows}. Received: row ${received}.`,
    );
  };
  if (!(picked instanceof Int32Array)) {
    const { from, count } = picked;
    if (!(from >= 0)) refuse(from);
    if (!(count >= 0 && from + count <= rows)) refuse(from + count - 1);
    return;
  }
  for (let i = 0; i < picked.length; i++) {
    if (!(picked[i] >= 0 && picked[i] < rows)) refuse(picked[i]);
  }
}

/**
 * @throws RangeError unless moments with these numbers of features and outputs can take these rows.
 */
export function checkRows(
  { features, outputs }: { readonly features: number; readonly outputs: number },
  z: Matrix,
  picked: Picked,
  y: Float32Array,
  weights: Float32Array | undefined,
): void {
  checkColumns('z', z.columns, features);
  checkPicked(z, picked);
  const count = countOf(picked);
  checkLength('y', y, count * outputs);
  if (weights !== undefined) checkLength('weights', weights, count);
}

/** @throws RangeError unless a block of this shape fits into the matrix from row `at` on. */
export function checkPut(shape: readonly number[], { rows, columns }: Matrix, at: number): void {
  checkColumns('rows', shape[1], columns);
  if (at >= 0 && at + shape[0] <= rows) return;
  throw new RangeError(
    `\`at\` must leave room for ${shape[0]} rows in a matrix of ${rows}. Received: ${at}.`,
  );
}

/** @throws RangeError unless picked rows minus an origin fit into the first rows of a matrix. */
export function checkShift(z: Matrix, picked: Picked, origin: Float32Array, into: Matrix): void {
  checkPicked(z, picked);
  checkLength('origin', origin, z.columns);
  checkPut([countOf(picked), z.columns], into, 0);
}

export function checkColumns(name: string, columns: number, expected: number): void {
  if (columns === expected) return;
  throw new RangeError(`\`${name}\` must have ${expected} columns. Received: ${columns}.`);
}
