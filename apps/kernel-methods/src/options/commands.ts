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

export interface Command {
  /** Its arguments, as the help writes them. */
  readonly usage: string;
  readonly help: string;
  /** How many arguments it takes. */
  readonly places: readonly [least: number, most: number];
  readonly options: Readonly<Record<string, Option<unknown>>>;
}

/** The commands, in the order of the help. */
const table = {
  fit: {
    usage: 'fit FILE… --target COLUMN',
    help: 'finds a good model for a table and says how good it is',
    places: [1, 1000],
    options: fitOptions,
  },
  predict: {
    usage: 'predict MODEL FILE [--out FILE]',
    help: 'predicts the rows of a file, of any size',
    places: [2, 2],
    options: predictOptions,
  },
  evaluate: {
    usage: 'evaluate MODEL FILE',
    help: 'scores a model on rows whose target is known',
    places: [2, 2],
    options: evaluateOptions,
  },
  explain: {
    usage: 'explain MODEL [FILE [ROW]]',
    help: 'says what a model goes by: its columns, or what decides about a row of a file (from 1)',
    places: [1, 3],
    options: explainOptions,
  },
  show: {
    usage: 'show MODEL',
    help: 'says what a saved model is, what it takes and how good it was',
    places: [1, 1],
    options: showOptions,
  },
  update: {
    usage: 'update MODEL FILE',
    help: 'learns from more rows without forgetting the others',
    places: [2, 2],
    options: updateOptions,
  },
  serve: {
    usage: 'serve MODEL… [--port N]',
    help: 'answers HTTP requests with predictions',
    places: [1, 100],
    options: serveOptions,
  },
  schema: {
    usage: 'schema',
    help: 'prints the JSON schema of a --config file',
    places: [0, 0],
    options: {},
  },
} satisfies Record<string, Command>;

export type CommandName = keyof typeof table;

export const commands: Readonly<Record<CommandName, Command>> = table;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
