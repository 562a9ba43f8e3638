/** The content of a results file. */
export interface Parsed<R> {
  readonly records: readonly R[];
  /** The bytes to keep: fewer than all if a process was killed while it wrote the last line. */
  readonly size: number;
  /** Whether the last line to keep has no line end. */
  readonly open: boolean;
}

/** Reads a record from an unknown value; throws if the value is not a record. */
export type ReadRecord<R> = (value: unknown) => R;

const newline = 10;
/** The beginning of each line that we write. */
const opening = '{"version":';
const version = 1;

/**
 * Reads lines of JSON, one record per line, and checks each fully.
 *
 * @throws Error that names the line that is not a record, or is of another version.
 */
export function parseRecords<R>(bytes: Buffer, path: string, read: ReadRecord<R>): Parsed<R> {
  const records: R[] = [];
  let from = 0;
  for (let line = 1; from < bytes.length; line++) {
    const end = bytes.indexOf(newline, from);
    const text = bytes.toString('utf8', from, end === -1 ? bytes.length : end);
    const value = parse(text);
    if (end === -1 && value === undefined && isTorn(text)) {
      return { records, size: from, open: false };
    }
    if (text.trim() !== '') records.push(check(value, `Line ${line} of ${path}`, read));
    if (end === -1) break;
    from = end + 1;
  }
  const open = bytes.length > 0 && bytes.at(-1) !== newline;
  return { records, size: bytes.length, open };
}

/** Whether the text is the beginning of a record; other text is never cut. */
function isTorn(text: string): boolean {
  // After a power failure the rest may be zeros.
  const begun = text.replace(/\0+$/, '');
  return begun.startsWith(opening) || opening.startsWith(begun);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function check<R>(value: unknown, line: string, read: ReadRecord<R>): R {
  const found = value as { readonly version?: unknown } | null | undefined;
  if (typeof found !== 'object' || found === null || typeof found.version !== 'number') {
    throw new Error(`${line} is not a record of a run. Repair or remove it, or take another file.`);
  }
  if (found.version !== version) {
    throw new Error(
      `${line} is of version ${found.version}; this program reads version ${version}. Take another file.`,
    );
  }
  try {
    return read(value);
  } catch (error) {
    const why = error instanceof Error ? ` ${error.message}` : '';
    throw new Error(
      `${line} is not a whole record of a run.${why} Repair or remove it, or take another file.`,
    );
  }
}
