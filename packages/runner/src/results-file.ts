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

/** Where a program keeps what is done, so that nothing that comes takes it away. */
export interface ResultsFile<R> {
  readonly path: string;
  /** What it held and what came since; of a run that was made again, the last. */
  records(): readonly R[];
  /**
   * Returns when the record is on the disk.
   *
   * @throws Error where it could not be written; the file holds then what it held before.
   */
  append(record: R): void;
  close(): void;
}

export interface OpenOptions<R> {
  /** Goes on with what the file holds; otherwise it must be new or empty. */
  readonly resume: boolean;
  /** Checks a line's value wholly, and throws an Error that says what is wrong with it. */
  readonly read: ReadRecord<R>;
  readonly write?: Write;
}

/**
 * Opens a file of records, one JSON value per line, for this process alone. With `resume` what it
 * holds is kept, but for a last line that was never finished; otherwise it must be new or empty.
 *
 * @throws UsageError where the path is wrong; Error where another process writes the file or where
 * a line is none of ours.
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
 * What opening the file would find, without touching it: nothing is locked, made or cut.
 *
 * @throws what `openResults` throws for its content.
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
  // The lock goes by the name: a process that takes another name would not see it.
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
    `\`--results\` must be a new file: this one holds results. Go on with them by --resume, or take another name. Received: ${path}.`,
  );

/** Where a key occurs more than once the last record holds: the run was made again. */
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
        // A disk that fills up takes the first part and no error yet.
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

/** What cannot be cut off now is cut off by the next one that opens the file. */
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
        `The disk is full: ${path} could not be written. What it held is whole: make room, then go on with --resume.`,
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
