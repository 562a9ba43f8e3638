import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What peers in Python need. */
export type Package = 'numpy' | 'scipy' | 'scikit-learn' | 'tensorflow';

const file = new URL('../../peers/requirements.txt', import.meta.url);

/** A line of requirements.txt: TensorFlow has one a platform. */
export interface Requirement {
  readonly name: Package;
  readonly version: string;
  /** As pip reads it. */
  readonly line: string;
}

/** The pinned versions of packages. */
export function requirementsOf(packages: readonly Package[]): Requirement[] {
  return readFileSync(fileURLToPath(file), 'utf8')
    .split('\n')
    .filter((line) => /^[a-z]/.test(line))
    .map((line) => {
      const [, name, version] = line.match(/^([a-z-]+)==([^;\s]+)/) ?? [];
      return { name: name.replace('tensorflow-cpu', 'tensorflow') as Package, version, line };
    })
    .filter(({ name }) => packages.includes(name));
}

/** "numpy 1.26.4, tensorflow 2.15.1" */
export function named(requirements: readonly Requirement[]): string {
  return [...new Set(requirements.map(({ name, version }) => `${name} ${version}`))].join(', ');
}

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
