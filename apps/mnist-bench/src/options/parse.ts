import { parseArgs } from 'node:util';
import { kernels, presets, type variants } from './choices.ts';
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
  if (texts.has('--help'))
    return { help: true, config: resolve(readAll(new Map())), given: new Set() };
  const settings = readAll(texts);
  const given = new Set(names.filter((name) => texts.has(flagOf(name))));
  checkTogether(settings);
  return { help: false, config: resolve(settings), given };
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

function readAll(texts: ReadonlyMap<string, string>): Settings {
  const variant = read('variant', texts.get('--variant'), {}) as keyof typeof variants;
  const preset = presets[variant];
  const entries = names.map((name) => [name, read(name, texts.get(flagOf(name)), preset)]);
  return Object.fromEntries(entries) as Settings;
}

function read(
  name: OptionName,
  text: string | undefined,
  preset: Partial<Record<OptionName, unknown>>,
): unknown {
  const option: Option<unknown> = options[name];
  if (text === undefined) return preset[name] ?? option.fallback;
  const value = option.rule.read(text);
  if (value !== undefined) return value;
  const meant = nearest(text, option.rule.names ?? []);
  throw broken(name, `${option.rule.must}${meant ? ` (did you mean ${meant}?)` : ''}`, text);
}

/** Values that are fine alone and impossible together. */
function checkTogether({ rows, validationSplit, dataset, data }: Settings): void {
  if (rows !== 'all' && validationSplit > 0) {
    const { train, validation } = splitRows(rows, validationSplit);
    if (train < 1 || validation < 1) {
      throw broken(
        'validationSplit',
        `0 or leave at least one of ${rows} rows on each side`,
        String(validationSplit),
      );
    }
  }
  if (data !== undefined && dataset === 'synthetic') {
    throw broken('data', 'left out with --dataset synthetic, which reads no file', data);
  }
}

function resolve(settings: Settings): Config {
  return { ...settings, scale: settings.scale ?? defaultScale(settings) };
}

/** Patch features have norm √width about: twice that is what the gaussian kernel likes. */
function defaultScale({ kernel, filters }: Settings): number {
  return filters === 0 ? kernels[kernel].scale : round(2 * Math.sqrt(PATCH_WINDOWS * filters));
}

const PATCH_WINDOWS = 49;

const round = (value: number) => Math.round(10 * value) / 10;

function broken(name: OptionName, rule: string, text: string): UsageError {
  return new UsageError(`\`${flagOf(name)}\` must be ${rule}. Received: ${text || 'nothing'}.`);
}
