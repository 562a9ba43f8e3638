import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { takeLock } from './lock.ts';
import { type Parsed, parseRecords, type ReadRecord } from './parse-records.ts';
import { UsageError } from './usage-error.ts';

/** A file in which a program stores finished runs, so that a later failure does not lose them. */
export interface ResultsFile<R> {
  readonly path: string;
  /**
   * The records of the file and those that were appended; only the last record of a repeated run.
   */
  records(): readonly R[];
  /**
   * Returns when the record is on the disk.
   *
   * @throws Error if it could not be written; the content of the file is then unchanged.
   */
  append(record: R): void;
  close(): void;
}

export interface OpenOptions<R> {
  /** Continues with the records in the file; otherwise it must be new or empty. */
  readonly resume: boolean;
  /** Checks a line's value fully, and throws an Error that says what is wrong with it. */
  readonly read: ReadRecord<R>;
  readonly write?: Write;
}

/**
 * Opens a file of records, one JSON value per line, for this process only. With `resume` its
 * records are kept, except for an unfinished last line; otherwise the file must be new or empty.
 *
 * @throws UsageError if the path is wrong; Error if another process writes the file or if a line is
 * not a record.
 */
export function openResults<R extends { readonly key: string }>(
  path: string,
  { resume, read, write = writeAt }: OpenOptions<R>,
): ResultsFile<R> {
  checkFile(path);
  const release = inWords(path, () => takeLock(path));
  let fd: number | undefined;
  try {
    fd = inWords(path, () => openSync(path, constants.O_RDWR | constants.O_CREAT));
    const opened = keep(fd, path, resume, read);
    return createFile(path, fd, write, opened, release);
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    release();
    throw error;
  }
}

/**
 * Reads the records without changing the file: nothing is locked, created or cut.
 *
 * @throws the errors of `openResults` about the content.
 */
export function peekResults<R extends { readonly key: string }>(
  path: string,
  { resume, read }: Pick<OpenOptions<R>, 'resume' | 'read'>,
): readonly R[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  checkFile(path);
  const bytes = inWords(path, () => readFileSync(path));
  if (!resume && bytes.length > 0) throw holdsResults(path);
  return latest(parseRecords(bytes, path, read).records);
}

function checkFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw notWritable(path);
  // The lock depends on the name: a process that uses another name would not see it.
  if (found && found.nlink > 1) {
    throw new UsageError(
      `\`--results\` must be a file with one name: this one has ${found.nlink} (hard links), and another process could write it by another of them. Received: ${path}.`,
    );
  }
}

/** Writes some of the bytes, mostly all, and returns how many. */
export type Write = (fd: number, bytes: Buffer, position: number) => number;

const writeAt: Write = (fd, bytes, position) => writeSync(fd, bytes, 0, bytes.length, position);

function keep<R>(fd: number, path: string, resume: boolean, read: ReadRecord<R>): Parsed<R> {
  if (!resume && fstatSync(fd).size > 0) throw holdsResults(path);
  const parsed = parseRecords(readFileSync(fd), path, read);
  inWords(path, () => ftruncateSync(fd, parsed.size));
  return parsed;
}

const holdsResults = (path: string) =>
  new UsageError(
    `\`--results\` must be a new file: this one holds results. Continue with --resume, or choose another name. Received: ${path}.`,
  );

/** If a key occurs more than once, the run was repeated and the last record counts. */
const latest = <R extends { readonly key: string }>(records: readonly R[]): R[] => [
  ...new Map(records.map((record) => [record.key, record])).values(),
];

function createFile<R extends { readonly key: string }>(
  path: string,
  fd: number,
  write: Write,
  opened: Parsed<R>,
  release: () => void,
): ResultsFile<R> {
  const records = [...opened.records];
  let whole = opened.size;
  let start = opened.open ? '\n' : '';
  let closed = false;
  return {
    path,
    records: () => latest(records),
    append(record) {
      if (closed) throw new Error(`${path} is closed.`);
      const bytes = Buffer.from(`${start}${JSON.stringify(record)}\n`);
      try {
        // A disk that fills up accepts the first part without an error.
        for (let sent = 0; sent < bytes.length; ) {
          sent += write(fd, bytes.subarray(sent), whole + sent);
        }
        fsyncSync(fd);
      } catch (error) {
        dropFrom(fd, whole);
        throw inOurWords(error, path);
      }
      whole += bytes.length;
      start = '';
      records.push(record);
    },
    close() {
      if (closed) return;
      closed = true;
      closeSync(fd);
      release();
    },
  };
}

/** If this fails, the next process that opens the file cuts off the rest. */
function dropFrom(fd: number, size: number): void {
  try {
    ftruncateSync(fd, size);
  } catch {}
}

function inWords<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw inOurWords(error, path);
  }
}

function inOurWords(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new Error(
        `The disk is full: ${path} could not be written. Its earlier content is complete: make room, then continue with --resume.`,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return notWritable(path);
    default:
      return new Error(`${path} could not be written: ${message}`);
  }
}

const notWritable = (path: string) =>
  new UsageError(
    `\`--results\` must be a file in an existing folder that can be written. Received: ${path}.`,
  );
