import { TableError } from '../table-error.ts';
import type { ColumnBlock, FileColumn } from './column-blocks.ts';
import { type ColumnarReader, columnarReader } from './columnar-reader.ts';
import { collect } from './opened.ts';
import { type NpyArray, parseNpy } from './read-npy.ts';
import { unpacked } from './unpacked.ts';

/** Rows that are taken apart at a time. */
const BLOCK_ROWS = 1000;

/**
 * A `.npy` of two axes, such as sentence embeddings, as a table of numbers: the columns are called
 * e0, e1, … It is held whole.
 *
 * @throws TableError if it is no such file, or has other axes, or no numbers.
 */
export const npyTable: ColumnarReader = columnarReader(async (opened) => {
  const { name: source } = opened;
  const array = parseNpy(await collect({ chunks: () => unpacked(opened) }), source);
  const { shape, data } = array;
  // Without rows, a file of a few bytes may claim any number of columns.
  if (shape.length !== 2 || data.length === 0) {
    const what = `has the shape (${shape.join(', ')}). It must be of rows of numbers.`;
    throw new TableError('format', what, { source });
  }
  return {
    columns: Array.from({ length: shape[1] }, (_, i) => ({
      name: `e${i}`,
      type: 'number',
      fileType: 'number',
    })),
    blocks: (columns) => blocksOf(array, columns),
  };
});

async function* blocksOf(
  { data, shape: [rows, width] }: NpyArray,
  columns: readonly FileColumn[],
): AsyncGenerator<ColumnBlock> {
  const places = columns.map(({ name }) => Number(name.slice(1)));
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - from);
    const valuesOf = (place: number) =>
      Array.from({ length: count }, (_, row) => data[(from + row) * width + place]);
    yield { rows: count, columns: places.map(valuesOf) };
  }
}
