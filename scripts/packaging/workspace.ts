import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from '../fingerprint.js';
import { root } from '../setup.js';

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  main?: string;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  optionalDependencies?: Record<string, string>;
}

export interface WorkspacePackage {
  folder: string;
  manifest: Manifest;
}

const all = workspaceFolders(root).map((folder): WorkspacePackage => {
  const path = join(root, folder, 'package.json');
  return { folder: join(root, folder), manifest: JSON.parse(readFileSync(path, 'utf8')) };
});

/** The packages that are published. */
export const published = all.filter(({ manifest }) => !manifest.private);

/** Those that programs import. */
export const libraries = published.filter(({ manifest }) => manifest.main !== undefined);

/** Those that are run alone: they are bundled, and nothing imports them. */
export const commands = published.filter(({ manifest }) => manifest.main === undefined);

/** A published package and those of ours that are installed with it, directly or not. */
export function withOurs(name: string, found = new Set<string>()): Set<string> {
  const ours = published.find(({ manifest }) => manifest.name === name);
  if (!ours || found.has(name)) return found;
  found.add(name);
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
    ours.manifest;
  for (const needed of Object.keys({
    ...dependencies,
    ...optionalDependencies,
    ...peerDependencies,
  })) {
    if (!peerDependenciesMeta?.[needed]?.optional) withOurs(needed, found);
  }
  return found;
}

/** The one version of a package that the workspace's catalog names. */
export function catalogVersion(name: string): string {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  for (const line of text.split('\n')) {
    const entry = /^ {2}["']?([^"':]+)["']?: *["']?([^"'\s]+)["']?$/.exec(line);
    if (entry?.[1] === name) return entry[2];
  }
  throw new Error(`${name} is not in the catalog of pnpm-workspace.yaml.`);
}
