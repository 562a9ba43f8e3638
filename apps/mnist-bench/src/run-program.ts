import { createOutput, printable } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import { checkPaths } from './options/check-paths.ts';
import { helpText } from './options/help.ts';
import { type Invocation, parse } from './options/parse.ts';

/** The whole program; returns its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  /** Why standard output could not be written, once it could not. */
  let broken: Error | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `npm start | head`: end as a program of the shell does.
    if (error.code === 'EPIPE') process.exit(141);
    // A full disk, say, stops nothing: results and other outputs are still written.
    broken ??= error;
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
  const code = await main(args);
  if (broken) tellError(`standard output could not be written: ${(broken as Error).message}`);
  return broken && code === 0 ? 1 : code;
}

function tellError(message: string): void {
  process.stderr.write(`mnist-bench: ${message.split('\n').map(printable).join('\n')}\n`);
}

/** What is wrong with the options is found before tfjs is loaded. */
async function main(args: readonly string[]): Promise<number> {
  try {
    if (args[0] === 'compare') {
      const { compareCommand } = await import('./compare/compare-command.ts');
      return await compareCommand(
        args.slice(1),
        createOutput(process.stdout, process.stderr, process.env),
      );
    }
    const invocation = parse(args);
    if (invocation.help) {
      process.stdout.write(`${helpText()}\n`);
      return 0;
    }
    return await start(invocation);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tellError(message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function start(invocation: Invocation): Promise<number> {
  if (invocation.comparison) {
    const { runComparison } = await import('./comparison/run-comparison.ts');
    return runComparison(invocation);
  }
  checkPaths(invocation.config);
  // While files are read and unpacked, the modules that compute are loaded.
  const { loadImagesHere } = await import('./run/sources.ts');
  const early = loadImagesHere(invocation.config);
  const { run } = await import('./run/run.ts');
  return run(invocation, early);
}
