import { fileURLToPath } from 'node:url';
import type { Command } from '@kernel-methods/runner';
import { flagOf } from '@kernel-methods/runner/options';
import type { Config } from '../options/options.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What belongs to the comparison, not to its runs. */
const ofTheComparison = ['save', 'json', 'progress'];

/** This program with a configuration, in a process of its own that tells its progress in JSON. */
export function commandOf(config: Config): Command {
  const args = Object.entries(config).flatMap(([name, value]) =>
    value === undefined || ofTheComparison.includes(name) ? [] : [flagOf(name), String(value)],
  );
  return {
    file: process.execPath,
    args: [...process.execArgv, main, ...args, '--progress', 'json'],
  };
}
