#!/usr/bin/env -S node --conditions=@kernel-methods/source
import { checkPaths } from './options/check-paths.ts';
import { helpText } from './options/help.ts';
import { type Invocation, parse } from './options/parse.ts';
import { UsageError } from './options/usage-error.ts';

// Who read us has gone, as in `npm start | head`: end as a program of the shell does.
process.stdout.on('error', () => process.exit(141));

process.exitCode = await main(process.argv.slice(2));

/** The whole program; returns its exit code. What is wrong with the options is found before tfjs is loaded. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const invocation = parse(args);
    if (invocation.help) {
      process.stdout.write(`${helpText()}\n`);
      return 0;
    }
    checkPaths(invocation.config);
    return await start(invocation);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`mnist-bench: ${message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function start(invocation: Invocation): Promise<number> {
  const { run } = await import('./run/run.ts');
  return run(invocation);
}
