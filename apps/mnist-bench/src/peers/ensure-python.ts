import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { datasetCacheDir } from '@kernel-methods/datasets';
import type { Output } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { PeerName } from '../options/comparison-options.ts';
import { interpreterIn, makeEnvironment } from './make-environment.ts';
import { programsOf } from './programs.ts';
import {
  type Found,
  named,
  type Package,
  probe,
  type Requirement,
  requirementsOf,
} from './python-packages.ts';

export interface PythonRequest {
  readonly names: readonly PeerName[];
  /** An interpreter that has the packages already. */
  readonly python?: string;
  /** Whether an environment is made where there is none yet. */
  readonly make: boolean;
  /** Where environments are kept. Default: the user's cache. */
  readonly folder?: string;
  readonly signal: AbortSignal;
  readonly output: Pick<Output, 'note' | 'bar' | 'clear'>;
}

/**
 * The interpreter for the named peers; undefined where none of them is in Python.
 *
 * @throws UsageError where there is none and none was asked for, or where the named one will not do.
 * @throws Error where Python 3.11 or its packages cannot be had.
 */
export async function ensurePython(request: PythonRequest): Promise<string | undefined> {
  const { names, python, make, signal, output } = request;
  const inPython = names.filter((name) => programsOf(name).some(({ packages }) => packages));
  if (inPython.length === 0) return undefined;
  const packages = packagesOf(inPython);
  if (python !== undefined) return checked(python, packages, request);

  const { folder = join(datasetCacheDir(), 'python') } = request;
  // TensorFlow is large: there is one environment without it and one that has all.
  const own = packages.includes('tensorflow') ? everything : withoutTensorflow;
  for (const wanted of [own, everything]) {
    const interpreter = interpreterIn(join(folder, nameOf(wanted)));
    if (existsSync(interpreter)) return interpreter;
  }
  const place = join(folder, nameOf(own));
  if (!make) {
    throw new UsageError(
      `\`--against\` must come with --make-python or --python for peers in Python, which need ${named(requirementsOf(packages))}; --make-python puts them in ${place}. Received: ${names.join(',')}.`,
    );
  }
  return makeEnvironment(place, requirementsOf(own), { signal, output });
}

const withoutTensorflow: readonly Package[] = ['numpy', 'scipy', 'scikit-learn'];
const everything: readonly Package[] = [...withoutTensorflow, 'tensorflow'];

function packagesOf(names: readonly PeerName[]): Package[] {
  return [
    ...new Set(names.flatMap((name) => programsOf(name).flatMap(({ packages = [] }) => packages))),
  ];
}

/** Other versions have another name: an environment is never changed. */
function nameOf(packages: readonly Package[]): string {
  const versions = new Map(requirementsOf(packages).map(({ name, version }) => [name, version]));
  return ['3.11', ...[...versions].map(([name, version]) => `${name}-${version}`)].join('_');
}

async function checked(
  python: string,
  packages: readonly Package[],
  { signal, output }: PythonRequest,
): Promise<string> {
  const requirements = requirementsOf(packages);
  const refuse = (why: string) =>
    new UsageError(
      `\`--python\` must be a Python with ${named(requirements)} (${why}). Received: ${python}.`,
    );
  let found: Found;
  try {
    found = await probe(python, packages, { signal });
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'it was not found' : 'it does not run');
  }
  const missing = packages.filter((name) => found.packages[name] === null);
  if (missing.length > 0) throw refuse(`it lacks ${missing.join(', ')}`);
  const others = requirements.filter(({ name, version }) => found.packages[name] !== version);
  if (others.length > 0) output.note(otherVersions(python, found, others));
  return python;
}

function otherVersions(python: string, found: Found, others: readonly Requirement[]): string {
  const list = others.map(({ name, version }) => `${name} ${found.packages[name]}, not ${version}`);
  return `WARNING: ${python} has ${[...new Set(list)].join('; ')}: figures may differ.`;
}
