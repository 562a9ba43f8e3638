/** What went wrong with data. */
export type TableErrorCode =
  | 'type' // a value that its column's type does not hold
  | 'ragged' // more or fewer fields than columns
  | 'quotes' // a quote that is not closed, or text after one that is
  | 'header' // names that are missing, empty or given twice
  | 'columns' // a column that is missing, unknown or of another type
  | 'too-long' // a record that passes the bound on memory
  | 'encoding' // bytes that are not text of the given encoding
  | 'format' // not the kind of file that was expected
  | 'gzip' // damaged compression
  | 'empty' // no rows, or no columns
  | 'io' // the file cannot be read
  | 'network'; // no answer, or an answer that is not the file

/** Where in the data it went wrong: as much as is known. */
export interface TableErrorPlace {
  /** The file's path or URL. */
  source?: string;
  /** The line of the file, from 1, on which the record begins. */
  line?: number;
  /** The row of the table, from 0. */
  row?: number;
  column?: string;
  value?: unknown;
}

/** Data that cannot be read, or that are not what they should be. */
export class TableError extends Error {
  override readonly name = 'TableError';
  /** What went wrong, for programs. */
  readonly code: TableErrorCode;
  readonly source?: string;
  readonly line?: number;
  readonly row?: number;
  readonly column?: string;
  readonly value?: unknown;

  constructor(code: TableErrorCode, what: string, place: TableErrorPlace = {}, cause?: unknown) {
    super(prefix(place) + what, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, place);
  }
}

function prefix({ source, line }: TableErrorPlace): string {
  const parts = [...(source ? [source] : []), ...(line ? [`line ${line}`] : [])];
  return parts.length ? `${parts.join(', ')}: ` : '';
}
