import { kernels, presets } from '../parts/choices.ts';
import { type Config, type OptionName, options, type Settings } from './options.ts';
import { broken } from './read-option.ts';

const names = Object.keys(options) as OptionName[];

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

/**
 * Patch features have deviation 1 and so, `width` of them, norm √width about: twice that is what
 * radial kernels like, and twice the width what the laplacian does, whose distances are sums (of 150
 * to 1,200 under the variant fast, on the validation rows: 0.9918 at 1,200, 0.9724 at 150).
 */
function defaultScale({ kernel, filters, grid }: Settings): number {
  if (filters === 0) return kernels[kernel].scale;
  const width = grid ** 2 * filters;
  return kernel === 'laplacian' ? 2 * width : round(2 * Math.sqrt(width));
}

const round = (value: number) => Math.round(10 * value) / 10;

/** How many rows train and how many validate: the last fraction validates, as in Keras. */
export function splitRows(rows: number, validationSplit: number) {
  const train = Math.floor(rows * (1 - validationSplit));
  return { train, validation: rows - train };
}
