import { statSync } from 'node:fs';
import { fileId, realPathOf } from './real-path.ts';
import { UsageError } from './usage-error.ts';

/** A path that a program reads or writes. */
export interface NamedPath {
  /** What messages call it: "--json", "a file of --data". */
  readonly name: string;
  readonly path: string;
}

/** @throws UsageError if an output is one of the files that are taken, however it is spelled. */
export function refuseTaken(output: NamedPath, taken: readonly NamedPath[]): void {
  const other = taken.find((one) => areOneFile(output.path, one.path));
  if (other === undefined) return;
  throw new UsageError(
    `\`${output.name}\` must be another file than ${other.name}. Received: ${output.path}.`,
  );
}

/** A device or a pipe may be named twice: nothing of it is lost. */
function areOneFile(a: string, b: string): boolean {
  const found = statSync(a, { throwIfNoEntry: false });
  if (found === undefined) return leadsTo(a) === leadsTo(b);
  return found.isFile() && fileId(a) === fileId(b);
}

/** Where a path leads to; as it is spelled if a folder on the way is missing. */
export function leadsTo(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    return path;
  }
}
