import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { namesFolder, realPathOf } from './real-path.ts';

/**
 * Writes a text to where a path leads. A file is replaced whole: a reader finds the old or the new
 * one. Links are followed; what is no ordinary file of one name (a device, a pipe, a file with hard
 * links, the file that standard output goes to) is written through and stays what it is.
 *
 * @throws what the file system throws.
 */
export function writeText(path: string, text: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found) {
    const own = ownStream(found);
    if (own !== undefined) {
      writeAll(own, text);
      return;
    }
    if (!found.isFile() || found.nlink > 1) {
      writeThrough(path, text);
      return;
    }
  }
  if (namesFolder(path)) throw isFolder(path);
  const target = realPathOf(path);
  // Short, so that it is no longer than the longest name that the system takes.
  const beside = besideOf(target);
  try {
    writeFileSync(beside, text, { flag: 'wx', flush: true });
    if (found) chmodSync(beside, found.mode);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    // The folder takes no new file, but the file itself may be written.
    if (!found || !isForbidden(error)) throw error;
    writeThrough(path, text);
  }
}

/** The same with a value as JSON. What JSON cannot hold is null. */
export function writeJson(path: string, value: unknown): void {
  writeText(path, `${JSON.stringify(value, nullForMissing, 2)}\n`);
}

const nullForMissing = (_key: string, value: unknown) => (value === undefined ? null : value);

/**
 * Tries whether `writeText` will be able to write here, and leaves everything as it was. A file that
 * does not exist is made: the returned function removes it again.
 *
 * @throws what the file system throws where it will not.
 */
export function tryOutput(path: string): () => void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() || namesFolder(path)) throw isFolder(path);
  if (found && !found.isFile()) {
    // Opening a pipe would wait for its reader, and closing it would end the reader.
    accessSync(path, constants.W_OK);
    return () => {};
  }
  const target = realPathOf(path);
  closeSync(
    openSync(target, found ? constants.O_RDWR : constants.O_RDWR | constants.O_CREAT, 0o666),
  );
  const undo = found ? () => {} : () => rmSync(target, { force: true });
  try {
    if (!found || found.nlink === 1) tryFolder(dirname(target), found !== undefined);
    return undo;
  } catch (error) {
    undo();
    throw error;
  }
}

/**
 * Tries whether a folder can be made here, with the folders above it, and written to. What it makes,
 * the returned function removes again.
 *
 * @throws what the file system throws where it cannot.
 */
export function tryOutputFolder(path: string): () => void {
  const made: string[] = [];
  const undo = () => {
    for (const folder of made) rmdirSync(folder);
  };
  try {
    for (let at = resolve(path); !existsSync(at); at = dirname(at)) made.push(at);
    // One by one: Node's recursive way never ends where the system says ENOENT.
    for (const folder of made.toReversed()) mkdirSync(folder);
    tryFolder(path, false);
    return undo;
  } catch (error) {
    // What was not made yet cannot be removed.
    for (const folder of made) {
      try {
        rmdirSync(folder);
      } catch {}
    }
    throw error;
  }
}

/** As much as a small result: a disk that is full has no room for it. */
const probe = Buffer.alloc(1 << 16, ' ');

/** Permission bits do not reveal read-only and full disks, and mean little on Windows. */
function tryFolder(folder: string, mayBeForbidden: boolean): void {
  const path = besideOf(join(folder, 'x'));
  try {
    const fd = openSync(path, 'wx');
    try {
      for (let sent = 0; sent < probe.length; ) sent += writeSync(fd, probe, sent);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
      unlinkSync(path);
    }
  } catch (error) {
    if (!mayBeForbidden || !isForbidden(error)) throw error;
  }
}

let nth = 0;

const besideOf = (target: string) => join(dirname(target), `.${process.pid}-${nth++}.tmp`);

/** The number of standard output or error, where the file is the one that it goes to. */
function ownStream({ dev, ino }: Stats): number | undefined {
  return [1, 2].find((fd) => {
    try {
      const own = fstatSync(fd);
      return own.dev === dev && own.ino === ino && !own.isCharacterDevice();
    } catch {
      return false; // closed
    }
  });
}

function writeThrough(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_TRUNC);
  try {
    writeAll(fd, text);
    if (fstatSync(fd).isFile()) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(fd, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A pipe that is full for now.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

const isForbidden = (error: unknown) =>
  ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');

const isFolder = (path: string) =>
  Object.assign(new Error(`EISDIR: illegal operation on a directory, open '${path}'`), {
    code: 'EISDIR',
  });
