import { parseArgs } from 'node:util';
import { nearest } from '@kernel-methods/check';
import { UsageError } from '@kernel-methods/runner';
import {
  broken,
  flagOf,
  givenTwice,
  type Option,
  withoutPassword,
} from '@kernel-methods/runner/options';
import {
  type ComparisonOptionName,
  type ComparisonSettings,
  comparisonOptions,
} from './comparison-options.ts';
import { complete } from './complete.ts';
import { type Config, type OptionName, options, type Settings } from './options.ts';
import { readOption } from './read-option.ts';

export interface Invocation {
  readonly help: boolean;
  /** Of a single run, or of all runs of a comparison where nothing else is said. */
  readonly config: Config;
  /** The options of a run that the command line names; the others took their default. */
  readonly given: Partial<Settings>;
  /** The options of a comparison that the command line names; undefined for a single run. */
  readonly comparison?: Partial<ComparisonSettings>;
  /** What follows each `--matrix`: "kernels=gaussian,laplacian", … */
  readonly matrices: readonly (readonly string[])[];
}

/**
 * The command line as a configuration.
 *
 * @throws UsageError naming the option, the rule and the value.
 */
export function parse(args: readonly string[]): Invocation {
  const { help, texts, matrices } = readTexts(args);
  if (help) return { help, config: complete({}), given: {}, matrices };
  const given = readAll(texts, runNames) as Partial<Settings>;
  const comparison = readAll(texts, comparisonNames) as Partial<ComparisonSettings>;
  const config = complete(given);
  if (Object.keys(comparison).length === 0) return { help, config, given, matrices };
  refuseWithComparison(given, comparison);
  return { help, config, given, comparison, matrices };
}

const runNames = Object.keys(options) as OptionName[];
const comparisonNames = Object.keys(comparisonOptions) as ComparisonOptionName[];
const table: Readonly<Record<string, Option<unknown>>> = { ...options, ...comparisonOptions };

/** The text given for each flag. Node's parser only splits; what is wrong is said in our words. */
function readTexts(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, options: forNode });
  const texts = new Map<string, string>();
  const matrices: string[][] = [];
  const flags = ['--help', ...Object.keys(table).map(flagOf)];
  const optionOf = (flag: string) => Object.keys(table).find((name) => flagOf(name) === flag)!;
  // `--help` is answered even if the rest is wrong.
  const help = tokens.some((token) => token.kind === 'option' && token.name === 'help');
  for (const token of help ? [] : tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      const matrix = matrices.at(-1);
      if (!matrix || !token.value.includes('=')) throw notAnOption(token.value);
      matrix.push(token.value);
      continue;
    }
    const flag = `--${token.name}`;
    if (!flags.includes(flag)) throw unknown(flag, token.rawName, flags);
    const text = token.value ?? '';
    if (token.name === 'matrix') matrices.push([text]);
    const before = texts.get(flag);
    if (token.name !== 'matrix' && before !== undefined)
      throw givenTwice(table[optionOf(flag)], flag, [before, text]);
    texts.set(flag, text);
  }
  return { help, texts, matrices };
}

const forNode = {
  help: { type: 'boolean', short: 'h' },
  ...Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [
      flagOf(name).slice(2),
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  ),
} as const;

function readAll(
  texts: ReadonlyMap<string, string>,
  names: readonly (OptionName | ComparisonOptionName)[],
) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = texts.get(flagOf(name));
      return text === undefined ? [] : [[name, readOption(name, text)]];
    }),
  );
}

/** What tells of one run has no meaning for many. */
function refuseWithComparison(
  { save, progress, normal, machines }: Partial<Settings>,
  { against }: Partial<ComparisonSettings>,
): void {
  if (against !== undefined && normal !== undefined) {
    throw broken(
      '--against',
      'left out with --normal: peers train on all digits',
      against.join(','),
    );
  }
  if (save !== undefined)
    throw broken('--save', 'left out of a comparison, which saves no model', save);
  if (machines !== undefined) {
    const rule = 'left out of a comparison, whose runs take turns on this machine';
    throw broken('--machines', rule, withoutPassword(machines));
  }
  if (progress !== undefined) throw broken('--progress', 'left out of a comparison', progress);
}

const notAnOption = (text: string) =>
  new UsageError(`arguments must be options such as --epochs 3. Received: ${text}.`);

function unknown(flag: string, raw: string, flags: readonly string[]): UsageError {
  const meant = nearest(flag, flags);
  return new UsageError(
    `options must be ones that --help lists${meant ? ` (did you mean ${meant}?)` : ''}. Received: ${raw}.`,
  );
}
