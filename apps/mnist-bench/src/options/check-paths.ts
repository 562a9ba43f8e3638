import { closeSync, existsSync, openSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './usage-error.ts';

/**
 * Refuses paths that could not be written at the end, before any work is done.
 *
 * @throws UsageError
 */
export function checkPaths(paths: {
  readonly data?: string;
  readonly save?: string;
  readonly json?: string;
}): void {
  if (paths.data !== undefined && !isFolder(paths.data)) {
    throw new UsageError(`\`--data\` must be an existing folder. Received: ${paths.data}.`);
  }
  if (paths.json !== undefined) {
    const folder = dirname(resolve(paths.json));
    if (isFolder(paths.json) || !isFolder(folder) || !canWriteIn(folder)) {
      throw new UsageError(
        `\`--json\` must be a file in an existing folder that can be written. Received: ${paths.json}.`,
      );
    }
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
