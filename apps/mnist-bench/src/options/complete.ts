import { broken } from '@kernel-methods/runner/options';
import { kernels } from '../parts/kernels.ts';
import { type LossEntry, losses } from '../parts/losses.ts';
import { type RejectScoreEntry, rejectScores } from '../parts/reject-scores.ts';
import { type TaskEntry, tasks } from '../parts/tasks.ts';
import { presets } from '../parts/variants.ts';
import { type Config, type OptionName, options, type Settings } from './options.ts';

const names = Object.keys(options) as OptionName[];

/**
 * What some options mean for the whole: the rest is the variant's, or the table's default.
 *
 * @throws UsageError where options do not go together.
 */
export function complete(given: Partial<Settings>): Config {
  const config = completeUnchecked(given);
  checkTogether(config);
  return config;
}

/** The same of options that need not go together: what a combination would be is told by it. */
export function completeUnchecked(given: Partial<Settings>): Config {
  const preset: Partial<Settings> = presets[given.variant ?? options.variant.fallback];
  const settings = Object.fromEntries(
    names.map((name) => [name, given[name] ?? preset[name] ?? options[name].fallback]),
  ) as Settings;
  return { ...settings, scale: settings.scale ?? defaultScale(settings) };
}

/** Values that are fine alone and impossible together. */
function checkTogether(settings: Settings): void {
  const { rows, validationSplit, dataset, data, machines, normal } = settings;
  checkUnknown(settings);
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
  if (machines !== undefined && normal !== undefined) {
    throw broken(
      '--normal',
      'left out with --machines, which learn the classes from their rows',
      normal,
    );
  }
}

/** What is said of unknown digits needs some that are known. */
function checkUnknown(settings: Settings): void {
  const { task, normal, reject, rejectScore, validationSplit, loss } = settings;
  const { needsNormal, unused }: TaskEntry = tasks[task];
  if (needsNormal && normal === undefined) {
    throw broken('--normal', `given with --task ${task}, as 0,1,2`, 'none');
  }
  if (needsNormal) return;
  if (normal !== undefined && !normal.includes(',')) {
    throw broken('--normal', `two digits or more with --task ${task}`, normal);
  }
  if (reject !== undefined && validationSplit === 0 && !unused.includes('validationSplit')) {
    throw broken(
      '--validation-split',
      'above 0 with --reject, whose threshold is chosen on the rows that it keeps',
      String(validationSplit),
    );
  }
  const { probabilities: needsSome }: RejectScoreEntry = rejectScores[rejectScore];
  const { probabilities: givesSome }: LossEntry = losses[loss];
  if (reject !== undefined && needsSome && !givesSome) {
    throw broken(
      '--reject-score',
      `another one with --loss ${loss}, which gives no probabilities`,
      rejectScore,
    );
  }
}

/** With filters by the number of patch features. */
function defaultScale({ kernel, filters, grid }: Settings): number {
  return filters === 0 ? kernels[kernel].scale : kernels[kernel].scaleOver(grid ** 2 * filters);
}

/** How many rows train and how many validate: the last fraction validates, as in Keras. */
export function splitRows(rows: number, validationSplit: number) {
  const train = Math.floor(rows * (1 - validationSplit));
  return { train, validation: rows - train };
}
