import { checkMatrix, fail } from './check.ts';
import type { DataMatrix, LabelledData, NumberArray } from './types.ts';

/** Throws unless x has as many rows as y has labels. Returns their number. */
export function checkLabelled({ x, y }: LabelledData): number {
  const [rows] = checkMatrix('x', x);
  if (y?.length !== rows) fail('y', `as long as \`x\` has rows (${rows})`, y?.length);
  return rows;
}

/** Takes the rows of x and the labels of y in the order given, and keeps all other members. */
export function takeRows<T extends LabelledData>(dataset: T, rows: ArrayLike<number>): T {
  const { x, y } = dataset;
  return { ...dataset, x: takeFrom(x, rows), y: takeLabels(y, rows) };
}

function takeFrom<T extends NumberArray>({ data, shape }: DataMatrix<T>, rows: ArrayLike<number>) {
  const columns = data.length / shape[0];
  const taken = newLike(data, rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    taken.set(data.subarray(rows[i] * columns, (rows[i] + 1) * columns), i * columns);
  }
  return { data: taken, shape: [rows.length, ...shape.slice(1)] };
}

function takeLabels(y: LabelledData['y'], rows: ArrayLike<number>): LabelledData['y'] {
  if (!ArrayBuffer.isView(y)) return Array.from(rows, (row) => y[row]);
  const taken = newLike(y, rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = y[rows[i]];
  return taken;
}

function newLike<T extends NumberArray>(array: T, length: number): T {
  return new (array.constructor as new (length: number) => T)(length);
}
