import type { Option } from '@kernel-methods/runner/options';
import {
  evaluateOptions,
  explainOptions,
  fitOptions,
  predictOptions,
  serveOptions,
  showOptions,
  updateOptions,
} from './options.ts';

/** What a command runs with. */
export interface Asked<Settings = Readonly<Record<string, unknown>>> {
  readonly places: readonly string[];
  readonly settings: Settings;
}

export interface Command {
  /** Its arguments, as the help writes them. */
  readonly usage: string;
  readonly help: string;
  /** How many arguments it takes. */
  readonly places: readonly [least: number, most: number];
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /** Loads and runs it; returns the exit code. */
  run(asked: Asked): Promise<number>;
}

/** A command whose settings come from its own table of options. */
const command = <Settings>(
  definition: Omit<Command, 'run'> & { run(asked: Asked<Settings>): Promise<number> },
): Command => definition as Command;

/** The commands, in the order of the help. Each is loaded when it is used. */
export const commands: Readonly<Record<string, Command>> = {
  fit: command({
    usage: 'fit FILE… --target COLUMN',
    help: 'finds a good model for a table and says how good it is',
    places: [1, 1000],
    options: fitOptions,
    run: async (asked) => (await import('../fit/fit-command.ts')).fitCommand(asked as never),
  }),
  predict: command({
    usage: 'predict MODEL FILE [--out FILE]',
    help: 'predicts the rows of a file, of any size',
    places: [2, 2],
    options: predictOptions,
    run: async (asked) =>
      (await import('../commands/predict-command.ts')).predictCommand(asked as never),
  }),
  evaluate: command({
    usage: 'evaluate MODEL FILE',
    help: 'scores a model on rows whose target is known',
    places: [2, 2],
    options: evaluateOptions,
    run: async (asked) =>
      (await import('../commands/evaluate-command.ts')).evaluateCommand(asked as never),
  }),
  explain: command({
    usage: 'explain MODEL [FILE [ROW]]',
    help: 'says what a model goes by: its columns, or what decides about a row of a file (from 1)',
    places: [1, 3],
    options: explainOptions,
    run: async (asked) =>
      (await import('../commands/explain-command.ts')).explainCommand(asked as never),
  }),
  show: command({
    usage: 'show MODEL',
    help: 'says what a saved model is, what it takes and how good it was',
    places: [1, 1],
    options: showOptions,
    run: async (asked) => (await import('../commands/show-command.ts')).showCommand(asked as never),
  }),
  update: command({
    usage: 'update MODEL FILE',
    help: 'learns from more rows without forgetting the others',
    places: [2, 2],
    options: updateOptions,
    run: async (asked) =>
      (await import('../commands/update-command.ts')).updateCommand(asked as never),
  }),
  serve: command({
    usage: 'serve MODEL… [--port N]',
    help: 'answers HTTP requests with predictions',
    places: [1, 100],
    options: serveOptions,
    run: async (asked) => (await import('../serve/serve-command.ts')).serveCommand(asked as never),
  }),
  schema: command({
    usage: 'schema',
    help: 'prints the JSON schema of a --config file',
    places: [0, 0],
    options: {},
    run: async () => (await import('./config-file.ts')).schemaCommand(),
  }),
};
