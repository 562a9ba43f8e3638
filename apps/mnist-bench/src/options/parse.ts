import { parseArgs } from 'node:util';
import { kernels, presets } from './choices.ts';
import { nearest } from './nearest.ts';
import {
  type Config,
  flagOf,
  type Option,
  type OptionName,
  options,
  type Settings,
} from './options.ts';
import { splitRows } from './split-rows.ts';
import { UsageError } from './usage-error.ts';

export interface Invocation {
  readonly help: boolean;
  readonly config: Config;
  /** The options that the command line names; the others took their default. */
  readonly given: ReadonlySet<OptionName>;
}

/**
 * The command line as a configuration.
 *
 * @throws UsageError naming the option, the rule and the value.
 */
export function parse(args: readonly string[]): Invocation {
  const texts = readTexts(args);
  if (texts.has('--help')) return { help: true, config: complete({}), given: new Set() };
  const values = Object.fromEntries(
    names.flatMap((name) => {
      const text = texts.get(flagOf(name));
      return text === undefined ? [] : [[name, readOption(name, text)]];
    }),
  );
  const given = new Set(Object.keys(values) as OptionName[]);
  return { help: false, config: complete(values), given };
}

/**
 * What some options mean for the whole: the rest is the variant's, or the table's default.
 *
 * @throws UsageError where options do not go together.
 */
export function complete(given: Partial<Settings>): Config {
  const preset: Partial<Settings> = presets[given.variant ?? options.variant.fallback];
  const settings = Object.fromEntries(
    names.map((name) => [name, given[name] ?? preset[name] ?? options[name].fallback]),
  ) as Settings;
  checkTogether(settings);
  return { ...settings, scale: settings.scale ?? defaultScale(settings) };
}

/**
 * The value of an option from its text. `as` is what the message calls it.
 *
 * @throws UsageError naming the option, the rule and the value, and the nearest known name.
 */
export function readOption(name: OptionName, text: string, as = flagOf(name)): unknown {
  const option: Option<unknown> = options[name];
  const value = option.rule.read(text);
  if (value !== undefined) return value;
  const meant = nearest(text, option.rule.names ?? []);
  throw broken(as, `${option.rule.must}${meant ? ` (did you mean ${meant}?)` : ''}`, text);
}

const names = Object.keys(options) as OptionName[];

/** The text given for each flag. Node's parser only splits; what is wrong is said in our words. */
function readTexts(args: readonly string[]): Map<string, string> {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(
        names.map((name) => [flagOf(name).slice(2), { type: 'string' as const }]),
      ),
    },
  });
  const texts = new Map<string, string>();
  const flags = ['--help', ...names.map(flagOf)];
  // `--help` is answered even if the rest is wrong.
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) {
    return texts.set('--help', '');
  }
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new UsageError(
        `arguments must be options such as --epochs 3. Received: ${token.value}.`,
      );
    }
    const flag = `--${token.name}`;
    if (!flags.includes(flag)) {
      const meant = nearest(flag, flags);
      throw new UsageError(
        `options must be ones that --help lists${meant ? ` (did you mean ${meant}?)` : ''}. Received: ${token.rawName}.`,
      );
    }
    texts.set(flag, token.value ?? '');
  }
  return texts;
}

/** Values that are fine alone and impossible together. */
function checkTogether({ rows, validationSplit, dataset, data }: Settings): void {
  if (rows !== 'all' && validationSplit > 0) {
    const { train, validation } = splitRows(rows, validationSplit);
    if (train < 1 || validation < 1) {
      throw broken(
        '--validation-split',
        `0 or leave at least one of ${rows} rows on each side`,
        String(validationSplit),
      );
    }
  }
  if (data !== undefined && dataset === 'synthetic') {
    throw broken('--data', 'left out with --dataset synthetic, which reads no file', data);
  }
}

/** Patch features have norm √width about: twice that is what the gaussian kernel likes. */
function defaultScale({ kernel, filters }: Settings): number {
  return filters === 0 ? kernels[kernel].scale : round(2 * Math.sqrt(PATCH_WINDOWS * filters));
}

const PATCH_WINDOWS = 49;

const round = (value: number) => Math.round(10 * value) / 10;

function broken(as: string, rule: string, text: string): UsageError {
  return new UsageError(`\`${as}\` must be ${rule}. Received: ${text || 'nothing'}.`);
}
