import { kindOf } from '@kernel-methods/check';
import { inTurns } from '@kernel-methods/simd';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTableRows, type TableRows } from '../data/tables.ts';
import { rowWeights } from '../data/weights.ts';
import { adopt, type KernelModel, type TargetsFor } from '../estimators/kernel-model.ts';
import type { FitOptions } from '../fit/fit-options.ts';
import { prepare } from '../fit/prepare.ts';
import { SharedFeatures } from '../fit/shared-features.ts';
import { codeTable } from '../fit/table-data.ts';
import type { RidgeAccumulator } from '../ridge/accumulator.ts';
import { ridgePath } from '../ridge/path.ts';
import { requireBackend } from '../runtime/backend.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { copyOf } from './cross-validate.ts';
import { fittedFrom } from './ridge-refit.ts';
import { sumRows } from './sum-rows.ts';

export interface RidgeSearchOptions
  extends Pick<FitOptions, 'sampleWeight' | 'classWeight' | 'signal'> {}

/** The errors of ridge regression for rows that are predicted by a fit to all other rows. */
export interface RidgePoint {
  readonly l2: number;
  /** Mean squared error. */
  readonly looLoss: number;
  /** The share of rows classified correctly; absent in a regression. */
  readonly looAccuracy?: number;
}

export interface RidgeSearchResult<M extends KernelModel> {
  /** One for each `l2`, in the order given. */
  readonly points: readonly RidgePoint[];
  /** The value with the least error; the first of equal ones. */
  readonly l2: number;
  /** The estimator with this `l2`, fitted to all rows; the caller disposes of it. */
  readonly best: M;
}

/**
 * Chooses the `l2` of ridge regression by its leave-one-out error on all rows, in closed form, as
 * scikit-learn's `RidgeCV` does. It takes one pass to sum the rows, one eigendecomposition for any
 * number of penalties, and one more pass. The feature map is made from all rows.
 *
 * @param estimator with the solver 'direct'; it is neither fitted nor changed.
 * @throws RangeError or TypeError on bad input, before any work; the signal's reason when aborted.
 *
 * @example
 * const x = Array.from({ length: 90 }, (_, i) => [i / 10, (i * 7) % 3]);
 * const y = x.map(([a, b]) => Math.sin(a) + b);
 * const ridge = new KernelRidge({ outputDim: 64, scale: 1.5 });
 * const { best, l2 } = await ridgeSearch(ridge, [1e-8, 1e-6, 1e-4], x, y);
 */
export async function ridgeSearch<M extends KernelModel>(
  estimator: M,
  l2s: readonly number[],
  x: RowsLike | TableRows,
  y: TargetsFor<M> | string,
  { sampleWeight, classWeight, signal = new AbortController().signal }: RidgeSearchOptions = {},
): Promise<RidgeSearchResult<M>> {
  const { options } = copyOf(estimator);
  checkArguments(options, l2s);
  signal.throwIfAborted();
  await requireBackend();
  const coded = isTableRows(x) ? await codeTable(x, y, {}, options) : undefined;
  const plain = await prepare(coded?.x ?? (x as RowsLike), coded?.y ?? (y as TargetsLike), options);
  let shared: SharedFeatures | undefined;
  let sums: RidgeAccumulator | undefined;
  try {
    const given = rowWeights(plain.x.rows, sampleWeight, classWeight, plain);
    const weights = await inTurns(given, signal);
    const rows = { ...plain, weights };
    shared = await SharedFeatures.build(options, rows.x, signal);
    await shared.compute(rows, options, () => {});
    const all = Int32Array.from({ length: rows.x.rows }, (_, row) => row);
    sums = await sumRows(shared, rows, all, signal);
    // The decomposition blocks the event loop, which gets a turn before and after it.
    await eventLoopYielder().take();
    const examples = shared.examples(rows, all, weights);
    const classify = taskFor(options.task).reportsAccuracy;
    const { numerics } = shared;
    const found = await ridgePath({
      state: sums,
      examples,
      numerics,
      l2s,
      classify,
      signal,
    }).finally(() => examples.dispose());
    const points = found.map(({ l2, looLoss, looAccuracy }) => ({
      ...{ l2, looLoss },
      ...(classify && { looAccuracy }),
    }));
    await eventLoopYielder().take();
    signal.throwIfAborted();
    const { l2 } = points.reduce((a, b) => (b.looLoss < a.looLoss ? b : a));
    const best = copyOf(estimator).setParams({ l2 });
    const fitted = await fittedFrom({ shared, rows, sums }, options, l2);
    adopt(best, { ...fitted, encoder: coded?.encoder });
    return { points, l2, best };
  } finally {
    sums?.dispose();
    shared?.dispose();
    plain.x.dispose();
  }
}

function checkArguments({ solver }: KernelModel['options'], l2s: readonly number[]): void {
  if (solver.ridge === undefined || solver.ridge.l2 !== undefined) {
    const why = "must have the solver 'direct', with no l2 of its own";
    throw new RangeError(`\`estimator\` ${why}. Received: ${solver.name}.`);
  }
  if (!Array.isArray(l2s) || l2s.length === 0) {
    throw new TypeError(
      `\`l2s\` must be an array with at least one number. Received: ${kindOf(l2s)}.`,
    );
  }
  for (const l2 of l2s) {
    if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`\`l2s\` must be finite numbers, 0 or above. Received: ${l2}.`);
    }
  }
}
