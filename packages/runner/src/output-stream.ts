import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { besideOf, isFolder, isForbidden, ownStream, writeAll } from './output-file.ts';
import { namesFolder, realPathOf } from './real-path.ts';

/** Text that is written bit by bit. */
export interface TextOutput {
  write(text: string): void;
  /** The file is there, whole, when this returns. */
  close(): void;
  /** Gives up: a file that was there before stays as it was. */
  discard(): void;
}

/**
 * Opens a path for text of any length, as `writeText` writes it: a file is replaced at once by
 * `close`, links are followed, and a device, a pipe, a file with hard links or the file that standard
 * output goes to is written in place. Without a path it is standard output.
 *
 * @throws what the file system throws.
 */
export function openText(path: string | undefined): TextOutput {
  if (path === undefined) return through(1, false);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found) {
    const own = ownStream(found);
    if (own !== undefined) return through(own, false);
    if (!found.isFile() || found.nlink > 1) return inPlace(path);
  }
  if (namesFolder(path)) throw isFolder(path);
  const target = realPathOf(path);
  const beside = besideOf(target);
  let fd: number;
  try {
    fd = openSync(beside, 'wx');
  } catch (error) {
    if (!found || !isForbidden(error)) throw error;
    return inPlace(path);
  }
  let open = true;
  const end = () => {
    if (open) closeSync(fd);
    open = false;
  };
  const discard = () => {
    end();
    rmSync(beside, { force: true });
  };
  return {
    write: (text) => writeAll(fd, text),
    close() {
      try {
        fsyncSync(fd);
        end();
        if (found) chmodSync(beside, found.mode);
        renameSync(beside, target);
      } catch (error) {
        discard();
        throw error;
      }
    },
    discard,
  };
}

const inPlace = (path: string) =>
  through(openSync(path, constants.O_WRONLY | constants.O_TRUNC), true);

function through(fd: number, owned: boolean): TextOutput {
  let open = true;
  const end = () => {
    if (open && owned) closeSync(fd);
    open = false;
  };
  return { write: (text) => writeAll(fd, text), close: end, discard: end };
}
