import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Package } from './packages.ts';

const program = fileURLToPath(new URL('../../peers/probe.py', import.meta.url));

/** What a Python has. */
export interface Found {
  readonly python: string;
  /** The version of each package, or null where it is missing. */
  readonly packages: Readonly<Record<string, string | null>>;
}

/**
 * Asks a Python what it has of the packages.
 *
 * @param load Whether the packages are imported, which finds a broken one and takes seconds.
 * @throws what `execFile` throws where it does not run, or where a package does not load.
 */
export async function probe(
  python: string,
  packages: readonly Package[],
  { signal, load = false }: { readonly signal: AbortSignal; readonly load?: boolean },
): Promise<Found> {
  const args = ['-B', program, ...packages, ...(load ? ['--import'] : [])];
  const { stdout } = await promisify(execFile)(python, args, { signal });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
