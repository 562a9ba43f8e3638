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
import type { RunRecord } from '../comparison/record.ts';
import { UsageError } from '../options/usage-error.ts';
import { latest } from '../results/latest.ts';
import { takeLock } from './lock.ts';
import { type Parsed, parseRecords } from './parse-records.ts';

/** Where a comparison keeps what is done, so that nothing that comes takes it away. */
export interface ResultsFile {
  readonly path: string;
  /** What it held and what came since; of a run that was made again, the last. */
  records(): readonly RunRecord[];
  /**
   * Returns when the record is on the disk.
   *
   * @throws Error where it could not be written; the file holds then what it held before.
   */
  append(record: RunRecord): void;
  close(): void;
}

/**
 * Opens a file of records, a line of JSON each, for this process alone. With `resume` what it holds
 * is kept, but for a last line that was never finished; otherwise it must be new or empty.
 *
 * @throws UsageError where the path is wrong; Error where another process writes the file or where
 * a line is none of ours.
 */
export function openResults(
  path: string,
  { resume, write = writeAt }: { resume: boolean; write?: Write },
): ResultsFile {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw notWritable(path);
  const release = inWords(path, () => takeLock(path));
  let fd: number | undefined;
  try {
    fd = inWords(path, () => openSync(path, constants.O_RDWR | constants.O_CREAT));
    const opened = read(fd, path, resume);
    return createFile(path, fd, write, opened, release);
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    release();
    throw error;
  }
}

/** Writes some of the bytes, mostly all, and returns how many. */
export type Write = (fd: number, bytes: Buffer, position: number) => number;

const writeAt: Write = (fd, bytes, position) => writeSync(fd, bytes, 0, bytes.length, position);

function read(fd: number, path: string, resume: boolean): Parsed {
  if (!resume && fstatSync(fd).size > 0) {
    throw new UsageError(
      `\`--results\` must be a new file: this one holds results. Go on with them by --resume, or take another name. Received: ${path}.`,
    );
  }
  const parsed = parseRecords(readFileSync(fd), path);
  inWords(path, () => ftruncateSync(fd, parsed.size));
  return parsed;
}

function createFile(
  path: string,
  fd: number,
  write: Write,
  opened: Parsed,
  release: () => void,
): ResultsFile {
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
