import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
