import { abortSignal, kindOf, optional, rangeError } from '@kernel-methods/check';
import { inTurns } from '@kernel-methods/simd';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { toRows } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import { rowWeights } from '../data/weights.ts';
import { checkFitOptions } from '../fit/fit-options.ts';
import { prepareAll } from '../fit/prepare-all.ts';
import { codeFold } from '../fit/table-data.ts';
import type { ResolvedOptions } from '../options.ts';
import { requireBackend } from '../runtime/backend.ts';
import { scorerFor } from '../tasks/scorers.ts';
import { checkedFolds } from './check-folds.ts';
import { type Fold, kFold, stratifiedKFold } from './folds.ts';
import { guarded, guardedHooks } from './guarded.ts';
import {
  type Candidate,
  type CrossValidationPlan,
  isAlive,
  optionsOf,
  type SelectionProgress,
} from './plan.ts';
import type { SelectionOptions } from './selection-options.ts';

const KNOWN = [
  ...(['folds', 'groups', 'scoring', 'pooled', 'fitOptions', 'mapPerFold', 'seed'] as const),
  ...(['signal', 'onProgress'] as const),
] satisfies (keyof SelectionOptions)[];

/**
 * Checks the arguments of a selection, and runs it.
 *
 * @throws RangeError or TypeError that names the argument, its rule and the value, before any work.
 */
export async function withPlan<T>(
  candidates: readonly Candidate[],
  x: RowsLike | TableRows,
  y: TargetsLike | string,
  options: SelectionOptions,
  use: (plan: CrossValidationPlan) => Promise<T>,
): Promise<T> {
  const { scoring, pooled = false, fitOptions = {}, mapPerFold = false, onProgress } = options;
  check(options);
  const first = optionsOf(candidates.find(isAlive) as Candidate);
  const scorer = scorerFor(scoring, first.task);
  await requireBackend();
  const { rows, table } = await prepareAll(x, y, first, options.signal);
  try {
    const { indices } = rows;
    const { sampleWeight, classWeight } = fitOptions;
    const given = rowWeights(rows.x.rows, sampleWeight, classWeight, rows);
    const weights = await inTurns(given, options.signal);
    const folds = foldsOf(options, rows.x.rows, indices);
    // Aborted with the error of a user's hook, which ends the selection.
    const failure = new AbortController();
    const fail = (error: unknown) => failure.abort(error);
    const asked = options.signal === undefined ? [] : [options.signal];
    const signal = AbortSignal.any([...asked, failure.signal]);
    const told = onProgress && guarded(onProgress, fail);
    let done = 0;
    const total = candidates.filter(isAlive).length * folds.length;
    const tell = (progress: Omit<SelectionProgress, 'done' | 'total'>) => {
      if (progress.phase === 'fit') done++;
      if (progress.phase === 'stop') done += folds.length - (progress.fold as number);
      const hook = told?.({ ...progress, done, total }) as unknown;
      // Its error has already been reported.
      Promise.resolve(hook).catch(() => {});
    };
    const all = { ...rows, weights };
    const hooks = guardedHooks(fitOptions, fail);
    const code =
      table &&
      (async (fold: number, by: ResolvedOptions) => {
        const coded = await codeFold(table, y, folds[fold], by);
        return { ...all, x: await toRows(coded, 'x', signal) };
      });
    const work = { rows: all, code, folds, scorer, pooled, mapPerFold, signal, candidates };
    return await use({ ...work, fitOptions: hooks, onProgress: tell });
  } finally {
    rows.x.dispose();
  }
}

function foldsOf(
  { folds = 5, groups, seed }: SelectionOptions,
  rows: number,
  indices: Int32Array | undefined,
): readonly Fold[] {
  if (typeof folds !== 'object') {
    if (rows < 2) throw rangeError('x', 'have two rows or more to cross-validate', `${rows}`);
    return indices === undefined
      ? kFold(rows, { folds, groups, seed })
      : stratifiedKFold(indices, { folds, groups, seed });
  }
  if (groups !== undefined) {
    throw new RangeError(
      '`groups` must be left out if `folds` are given: make them by kFold or shuffleSplit with these groups. Received: both.',
    );
  }
  return checkedFolds(folds, rows);
}

function check(options: SelectionOptions): void {
  const stranger = Object.keys(options).find((key) => !(KNOWN as string[]).includes(key));
  if (stranger !== undefined) {
    throw new RangeError(
      `The options of a selection must be among ${KNOWN.join(', ')}. Received: ${stranger}.`,
    );
  }
  const { fitOptions, signal, onProgress } = options;
  if (fitOptions !== undefined) {
    checkFitOptions(fitOptions, 'array');
    for (const name of ['validationData', 'signal', 'onProgress'] as const) {
      if (!Object.hasOwn(fitOptions, name)) continue;
      const why = name === 'validationData' ? 'folds validate' : 'the selection has its own';
      throw new RangeError(`\`fitOptions\` must not have \`${name}\`: ${why}. Received: one.`);
    }
  }
  for (const name of ['mapPerFold', 'pooled'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') {
      throw new TypeError(`\`${name}\` must be true or false. Received: ${kindOf(options[name])}.`);
    }
  }
  optional(abortSignal, 'signal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`\`onProgress\` must be a function. Received: ${kindOf(onProgress)}.`);
  }
}
