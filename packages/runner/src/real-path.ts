import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** The number of links that Linux follows. */
const mostLinks = 40;

/**
 * The path that a path leads to. Links are followed, even to a file that does not exist yet. This
 * is the place where the system would write the file.
 *
 * @throws the error of the file system if a folder on the way does not exist.
 */
export function realPathOf(path: string): string {
  let at = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    const real = dirname(at) === at ? at : join(realpathSync(dirname(at)), basename(at));
    const found = lstatSync(real, { throwIfNoEntry: false });
    if (!found?.isSymbolicLink()) return real;
    at = resolve(dirname(real), readlinkSync(real));
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links, '${path}'`), { code: 'ELOOP' });
}

/** An identifier that is equal for all names of a file; undefined if there is no file. */
export function fileId(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** Whether the spelling of a path means a folder: `x/`. */
export const namesFolder = (path: string): boolean => path.endsWith('/') || path.endsWith(sep);
