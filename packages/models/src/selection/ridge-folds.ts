import type { Head } from '../data/head.ts';
import { requireWeight } from '../data/weights.ts';
import { headScores } from '../fit/head-scores.ts';
import type { SharedFeatures } from '../fit/shared-features.ts';
import type { RidgeAccumulator } from '../ridge/accumulator.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { chosenL2, givenL2 } from './chosen-l2.ts';
import {
  attempt,
  type Candidate,
  type CrossValidationPlan,
  isAlive,
  optionsOf,
  record,
  rowsFor,
  timed,
  weightsFor,
} from './plan.ts';
import { sumRows } from './sum-rows.ts';
import { testedRows } from './tested-rows.ts';
import { trainingSums } from './training-sums.ts';

/**
 * Whether a candidate is solved by the sums of its folds. It is not if training keeps rows for
 * validation, counts classes in each fold, or reports its progress.
 */
export function isRidge(candidate: Candidate, { fitOptions }: CrossValidationPlan): boolean {
  const { epochs, batchSize, sampleWeight, classWeight, ...others } = fitOptions;
  const isPlain = Object.values(others).every((value) => !value);
  return optionsOf(candidate).solver.ridge !== undefined && classWeight !== 'balanced' && isPlain;
}

/**
 * Ridge regression of all candidates on these folds. Rows are summed once; the sums over training
 * rows are the total minus those over test rows; each penalty takes one factorization; all are
 * tested in one pass.
 */
export async function ridgeFolds(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  shared: SharedFeatures,
  folds: readonly number[],
): Promise<void> {
  if (candidates.length === 0) return;
  const { signal } = plan;
  const rows = { ...rowsFor(plan, optionsOf(candidates[0])), weights: plan.rows.weights };
  const sum = async (picked: Int32Array) =>
    sumRows(shared, { ...rows, weights: await weightsFor(plan, picked) }, picked, signal);
  const all = trainingSums(
    folds.map((fold) => plan.folds[fold]),
    plan.rows.x.rows,
    sum,
    { isFew: plan.rows.x.rows < shared.map.width, signal },
  );
  try {
    for (const fold of folds) {
      const alive = candidates.filter(isAlive);
      if (alive.length === 0) return;
      const { value } = await timed(alive, () => all.next());
      await solveFold(plan, alive, shared, { fold, rows, sums: value as RidgeAccumulator });
    }
    const { value: sums } = await all.next();
    if (sums === undefined) return;
    try {
      await plan.onSums?.({ shared, rows, sums, candidates: candidates.filter(isAlive) });
    } finally {
      sums.dispose();
    }
  } finally {
    await all.return(undefined);
  }
}

interface RidgeFold {
  readonly fold: number;
  readonly rows: CrossValidationPlan['rows'];
  readonly sums: RidgeAccumulator;
}

async function solveFold(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  shared: SharedFeatures,
  { fold, rows, sums }: RidgeFold,
): Promise<void> {
  const { signal } = plan;
  const { train, test } = plan.folds[fold];
  const solved: { candidate: Candidate; head: Head; l2: number }[] = [];
  const weighted = { rows, weights: requireWeight(await weightsFor(plan, train)) };
  let chosen: number | undefined;
  for (const candidate of candidates) {
    await eventLoopYielder().take();
    await attempt(plan, [candidate], () =>
      timed([candidate], async () => {
        const options = optionsOf(candidate);
        const given = givenL2(options);
        if (given === undefined) chosen ??= await chosenL2(shared, weighted, train, sums, options);
        const l2 = given ?? (chosen as number);
        const { head } = await sums.solveInTurns(l2, signal);
        solved.push({ candidate, head, l2 });
      }),
    );
  }
  if (solved.length === 0) return;
  const heads = solved.map(({ head }) => head);
  const tested = solved.map(({ candidate }) => candidate);
  const scores = await timed(tested, async () => {
    const examples = shared.examples(rows, test);
    try {
      return await headScores(heads, examples, shared.numerics, signal);
    } finally {
      examples.dispose();
    }
  });
  for (const [i, { candidate, head, l2 }] of solved.entries()) {
    await attempt(plan, [candidate], () =>
      timed([candidate], async () => {
        const by = { rows, picked: train, isHeldOut: false, l2, state: sums };
        const own = { scores: scores[i], test, learned: { head } };
        const options = optionsOf(candidate);
        const rowsTested = await testedRows(own, by, shared, options, signal);
        return record(plan, candidate, fold, rowsTested);
      }),
    );
  }
}
