import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** As many links as Linux follows. */
const mostLinks = 40;

/**
 * The path that a path leads to: links are followed, also one that leads to nothing yet. A file
 * that is written there is written where the system would write it.
 *
 * @throws what the file system throws where a folder on the way does not exist.
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

/** Equal for two names of one file, however they are spelled; undefined where there is none. */
export function fileId(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** Whether a path means a folder by its spelling: `x/`. */
export const namesFolder = (path: string): boolean => path.endsWith('/') || path.endsWith(sep);
