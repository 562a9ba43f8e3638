import { closeSync, existsSync, openSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '@kernel-methods/runner';
import { flagOf } from './rules.ts';

/** Options that name a file to be written. */
const files = ['json', 'csv', 'markdown', 'svg', 'html', 'results'] as const;

type Paths = {
  readonly data?: string;
  readonly save?: string;
} & { readonly [F in (typeof files)[number]]?: string };

/**
 * Refuses paths that could not be written at the end, before any work is done.
 *
 * @throws UsageError
 */
export function checkPaths(paths: Paths): void {
  if (paths.data !== undefined && !isFolder(paths.data)) {
    throw new UsageError(`\`--data\` must be an existing folder. Received: ${paths.data}.`);
  }
  const seen = new Map<string, string>();
  for (const name of files) {
    const file = paths[name];
    if (file === undefined) continue;
    const folder = dirname(resolve(file));
    const found = statSync(file, { throwIfNoEntry: false });
    // A device would be replaced by a file.
    if ((found && !found.isFile()) || !isFolder(folder) || !canWriteIn(folder)) {
      throw new UsageError(
        `\`${flagOf(name)}\` must be a file in an existing folder that can be written. Received: ${file}.`,
      );
    }
    const other = seen.get(resolve(file));
    if (other !== undefined) {
      throw new UsageError(
        `\`${flagOf(name)}\` must be another file than ${flagOf(other)}. Received: ${file}.`,
      );
    }
    seen.set(resolve(file), name);
  }
  if (paths.save !== undefined) {
    const folder = existingPart(resolve(paths.save));
    if (!isFolder(folder) || !canWriteIn(folder)) {
      throw new UsageError(
        `\`--save\` must be a folder that can be written. Received: ${paths.save}.`,
      );
    }
  }
}

/** The path itself, or the nearest one above it that exists: the rest will be created. */
function existingPart(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingPart(dirname(path));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Tries it: permission bits say nothing of read-only disks, and on Windows little at all. */
function canWriteIn(folder: string): boolean {
  const probe = join(folder, `.mnist-bench-${process.pid}.tmp`);
  try {
    closeSync(openSync(probe, 'wx'));
    unlinkSync(probe);
    return true;
  } catch {
    return false;
  }
}
