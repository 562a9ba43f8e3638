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
 * Writes text to a path. A file is replaced at once: a reader finds either the old or the new one.
 * Links are followed. A device, a pipe, a file with hard links, or the file that standard output
 * goes to is written in place.
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
  // The name is short, so that the system accepts it.
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

/** Writes a value as JSON. Values that JSON cannot represent become null. */
export function writeJson(path: string, value: unknown): void {
  writeText(path, `${JSON.stringify(value, nullForMissing, 2)}\n`);
}

const nullForMissing = (_key: string, value: unknown) => (value === undefined ? null : value);

/**
 * Tests whether `writeText` will be able to write here, and leaves everything unchanged. A file
 * that does not exist is created; the returned function removes it again.
 *
 * @throws the error of the file system if it will not.
 */
export function tryOutput(path: string): () => void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() || namesFolder(path)) throw isFolder(path);
  if (found && !found.isFile()) {
    // A pipe is not opened: that would wait for its reader, and closing it would end the reader.
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
 * Tests whether a folder can be made here, with the folders above it, and written to. The returned
 * function removes the folders that it makes.
 *
 * @throws the error of the file system if it cannot.
 */
export function tryOutputFolder(path: string): () => void {
  const made: string[] = [];
  const undo = () => {
    for (const folder of made) rmdirSync(folder);
  };
  try {
    for (let at = resolve(path); !existsSync(at); at = dirname(at)) made.push(at);
    // They are made one by one: Node's recursive option never returns if the system says ENOENT.
    for (const folder of made.toReversed()) mkdirSync(folder);
    tryFolder(path, false);
    return undo;
  } catch (error) {
    // A folder that was not made yet cannot be removed.
    for (const folder of made) {
      try {
        rmdirSync(folder);
      } catch {}
    }
    throw error;
  }
}

/** As many bytes as a small result, to notice a full disk. */
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

export const besideOf = (target: string) => join(dirname(target), `.${process.pid}-${nth++}.tmp`);

/** The number of standard output or error, if it goes to this file. */
export function ownStream({ dev, ino }: Stats): number | undefined {
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

export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(fd, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // The pipe is full for now: wait a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

export const isForbidden = (error: unknown) =>
  ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');

export const isFolder = (path: string) =>
  Object.assign(new Error(`EISDIR: illegal operation on a directory, open '${path}'`), {
    code: 'EISDIR',
  });
