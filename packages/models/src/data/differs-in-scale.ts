import type { RowSource } from './row-source.ts';

/** Columns whose spreads differ by at most this factor share one scale. */
const FACTOR = 10;

/** This many columns may be the pixels of an image. */
const PIXELS = 32;

/** The number of rows that are examined: the first of a random sample. */
const ROWS = 1000;

/**
 * Whether the columns of rows have different scales, such as seconds, metres and prices.
 *
 * - Rows that are not vectors (images, sequences) share one scale, and so do rows that all have
 *   length 1 within 1 % (embeddings).
 * - The spread of a column is its standard deviation, or half its range if it has only two values,
 *   since a rare flag is as important as a common one. Constant columns have no spread. Spreads
 *   that differ by at most 10 × are one scale.
 * - If there are 32 columns or more, and at least half of those that vary span half of the widest
 *   range or more, they are pixels, some of which are rarely lit.
 */
export async function differsInScale(sample: RowSource): Promise<boolean> {
  const [columns] = sample.rowShape;
  if (sample.rowShape.length !== 1 || columns < 2) return false;
  const rows = Math.min(ROWS, sample.rows);
  const block = sample.take({ from: 0, count: rows });
  let values: Float32Array;
  try {
    values = await block.data<'float32'>();
  } finally {
    block.dispose();
  }
  if (haveUnitLength(values, columns)) return false;
  const all = Array.from({ length: columns }, (_, j) => columnOf(values, columns, j));
  const varying = all.filter(({ range }) => range > 0);
  if (varying.length < 2) return false;
  const spreads = varying.map(({ spread }) => spread);
  if (Math.max(...spreads) <= FACTOR * Math.min(...spreads)) return false;
  const widest = Math.max(...varying.map(({ range }) => range));
  const wide = varying.filter(({ range }) => range >= widest / 2);
  return columns < PIXELS || wide.length < varying.length / 2;
}

function haveUnitLength(values: Float32Array, columns: number): boolean {
  for (let at = 0; at < values.length; at += columns) {
    let squares = 0;
    for (let j = 0; j < columns; j++) squares += values[at + j] ** 2;
    if (!(Math.abs(Math.sqrt(squares) - 1) <= 0.01)) return false;
  }
  return true;
}

function columnOf(values: Float32Array, columns: number, j: number) {
  const rows = values.length / columns;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let mean = 0;
  for (let at = j; at < values.length; at += columns) {
    low = Math.min(low, values[at]);
    high = Math.max(high, values[at]);
    mean += values[at] / rows;
  }
  let squares = 0;
  let isFlag = true;
  for (let at = j; at < values.length; at += columns) {
    squares += (values[at] - mean) ** 2;
    isFlag &&= values[at] === low || values[at] === high;
  }
  const range = high - low;
  return { range, spread: isFlag ? range / 2 : Math.sqrt(squares / rows) };
}
