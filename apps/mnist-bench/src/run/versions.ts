import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { version_core as tfjs } from '@tensorflow/tfjs-core';

/** What the figures depend on besides the options. */
export type Versions = {
  readonly node: string;
  readonly tfjs: string;
  /** Our own packages. */
  readonly packages: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
};

const packages = ['datasets', 'features', 'losses', 'models'];

export function readVersions(): Versions {
  return {
    node: process.versions.node,
    tfjs,
    packages: Object.fromEntries(
      packages.map((name) => [`@kernel-methods/${name}`, versionOf(`@kernel-methods/${name}`)]),
    ),
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
  };
}

/** A package's entry lies one folder below its package.json, as source and as build. */
function versionOf(name: string): string {
  const manifest = new URL('../package.json', import.meta.resolve(name));
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
