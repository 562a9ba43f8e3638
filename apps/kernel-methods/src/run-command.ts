import { printable } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { TableError } from '@kernel-methods/tables';
import { fileFault } from './data/reader-errors.ts';
import type { Asked } from './options/asked.ts';
import type { CommandName } from './options/commands.ts';
import { helpText } from './options/help.ts';
import { parse } from './options/parse.ts';
import { GONE, isReaderGone } from './reader-gone.ts';

/**
 * The whole command; returns its exit code. What is wrong with the options is found before anything
 * is loaded.
 *
 * @example
 * await runCommand(['--help']); // 0
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  let brokenOutput: Error | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error)) process.exit(GONE);
    // A full disk, say, stops nothing: other outputs are still written.
    brokenOutput ??= error;
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
  const code = await execute(args);
  await drained();
  if (!brokenOutput) return code;
  tellError(`standard output could not be written: ${(brokenOutput as Error).message}`);
  return code === 0 ? 1 : code;
}

/** Runs a command, and tells what is wrong in a line; returns its exit code. */
export async function execute(args: readonly string[]): Promise<number> {
  try {
    const invocation = parse(args);
    if ('help' in invocation) {
      const width = Math.min(96, (process.stdout.isTTY && process.stdout.columns) || 96);
      process.stdout.write(`${helpText(invocation.help, width)}\n`);
      return 0;
    }
    return await programs[invocation.command](invocation.asked as Asked<never>);
  } catch (error) {
    tellError(messageOf(error));
    return error instanceof UsageError || isInputError(error) ? 2 : 1;
  }
}

/** Each is loaded when it is used. */
const programs: Readonly<Record<CommandName, (asked: Asked<never>) => Promise<number>>> = {
  fit: async (asked) => (await import('./commands/fit-command.ts')).fitCommand(asked),
  predict: async (asked) => (await import('./commands/predict-command.ts')).predictCommand(asked),
  evaluate: async (asked) =>
    (await import('./commands/evaluate-command.ts')).evaluateCommand(asked),
  explain: async (asked) => (await import('./commands/explain-command.ts')).explainCommand(asked),
  show: async (asked) => (await import('./commands/show-command.ts')).showCommand(asked),
  update: async (asked) => (await import('./commands/update-command.ts')).updateCommand(asked),
  serve: async (asked) => (await import('./serve/serve-command.ts')).serveCommand(asked),
  schema: async () => (await import('./commands/schema-command.ts')).schemaCommand(),
};

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TableError' ? fileFault(error as TableError) : error.message;
}

/** What a file holds is the user's to mend, as an option is. */
const isInputError = (error: unknown) =>
  error instanceof Error && (error.name === 'TableError' || error.name === 'SavedModelError');

/** One line, whatever the message. */
function tellError(message: string): void {
  process.stderr.write(`kernel-methods: ${printable(message)}\n`);
}

/** `process.exit` would drop what a pipe has not taken yet. */
const drained = () =>
  new Promise<void>((resolve) => {
    process.stdout.write('', () => resolve());
  });
