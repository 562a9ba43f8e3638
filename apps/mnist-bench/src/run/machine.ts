import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { version_core as tfjs } from '@tensorflow/tfjs-core';
import type { Machine } from '../records/comparison.ts';
import type { Versions } from '../records/run-record.ts';

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

/** The machine that this runs on. */
export function readMachine(): Machine {
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    node: process.versions.node,
  };
}
