import './announce.ts';

export type { ColumnValues, UnnamedColumn } from './column-from-values.ts';
export {
  type BooleanColumn,
  type CategoryColumn,
  type Cell,
  type CellOf,
  type Column,
  type ColumnType,
  columnLength,
  type DateColumn,
  type NumberColumn,
  type TextColumn,
} from './columns.ts';
export type { ColumnDescription, TableDescription } from './describe.ts';
export { booleanEncoder } from './encode/boolean-encoder.ts';
export { type CategoryEncoderOptions, categoryEncoder } from './encode/category-encoder.ts';
export { checkColumnEncoder } from './encode/check-column-encoder.ts';
export type {
  ColumnEncoder,
  FitContext,
  FittedColumn,
  Json,
  Target,
} from './encode/column-encoder.ts';
export { dateEncoder } from './encode/date-encoder.ts';
export type { ColumnChoice, TableEncoderOptions } from './encode/encoder-choice.ts';
export { type NumberEncoderOptions, numberEncoder } from './encode/number-encoder.ts';
export type { NumberTransformName } from './encode/number-transforms.ts';
export { type OrdinalEncoderOptions, ordinalEncoder } from './encode/ordinal-encoder.ts';
export type { RowsLike } from './encode/rows-as-columns.ts';
export { TableEncoder, type TableFitOptions, tableEncoder } from './encode/table-encoder.ts';
export type { TargetValues } from './encode/target.ts';
export { type TargetEncoderOptions, targetEncoder } from './encode/target-encoder.ts';
export { type TextEncoderOptions, textEncoder } from './encode/text-encoder.ts';
export type { Remark } from './encode/why-dropped.ts';
export { defaultMissing, type FieldOptions } from './field-rules.ts';
export type { ColumnarReader } from './read/columnar-reader.ts';
export type { CsvOptions } from './read/csv-options.ts';
export { readArrow } from './read/read-arrow.ts';
export { type CsvReader, readCsv, readTsv } from './read/read-csv.ts';
export { type EmbeddingsOptions, readEmbeddings } from './read/read-embeddings.ts';
export { type JsonLinesOptions, type JsonLinesReader, readJsonLines } from './read/read-json.ts';
export { type NpyArray, type NpyData, readNpy } from './read/read-npy.ts';
export { readParquet } from './read/read-parquet.ts';
export { readSvmlight, type SvmlightData, type SvmlightOptions } from './read/read-svmlight.ts';
export {
  type ReadTableOptions,
  readTable,
  type TableFormat,
  type TableReader,
} from './read/read-table.ts';
export type { BatchOptions, TableReaderOptions } from './read/reader-options.ts';
export type { ReadProgress, Source, SourceOptions } from './read/source.ts';
export type { AnyRow, CellOfValues, ColumnOf, RowOf, TableLike } from './row-types.ts';
export {
  checkSparseRows,
  type DenseRows,
  type EncodedRows,
  isSparse,
  type SparseRows,
  takeSparseRows,
  toDense,
  toSparse,
} from './sparse-rows.ts';
export type { SplitOptions } from './split.ts';
export { Table } from './table.ts';
export { TableError, type TableErrorCode, type TableErrorPlace } from './table-error.ts';
export type { ColumnSpec } from './table-from-rows.ts';
