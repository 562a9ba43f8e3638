import { subset } from '../data/dataset.ts';
import { someRows } from '../data/row-source.ts';
import { withChosenMap } from '../fit/choose-map.ts';
import { SharedFeatures } from '../fit/shared-features.ts';
import { readsTargets } from '../network/feature-layers.ts';
import type { ResolvedOptions } from '../options.ts';
import { SharedWork } from '../solvers/shared-work.ts';
import { headFold } from './head-fold.ts';
import { networkFold } from './network-fold.ts';
import {
  attempt,
  type Candidate,
  type CrossValidationPlan,
  isAlive,
  optionsOf,
  record,
  rowsFor,
  timed,
} from './plan.ts';
import { inOrder } from './race.ts';
import { isRidge, ridgeFolds } from './ridge-folds.ts';
import { WarmStarts } from './warm-starts.ts';

/**
 * Fits and scores every candidate on every fold. Candidates with the same feature map share its
 * features, and those of ridge regression the sums over them; maps that are trained with the head
 * are fitted for each candidate.
 *
 * @throws the signal's reason when aborted; the candidates keep the results so far.
 */
export async function scoreCandidates(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
): Promise<void> {
  if (plan.code === undefined) return scoreRows(plan, candidates);
  for (const alike of byEncoder(candidates.filter(isAlive))) {
    for (const fold of plan.folds.keys()) {
      const left = alike.filter(isAlive);
      await attempt(plan, left, () => scoreTable(plan, left, fold));
    }
  }
}

/**
 * Scores candidates with the same encoder on a fold, whose rows are coded by the encoder that is
 * fitted there.
 */
async function scoreTable(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  fold: number,
): Promise<void> {
  if (plan.code === undefined || candidates.length === 0) return;
  const { code } = plan;
  const rows = await timed(candidates, () => code(fold, optionsOf(candidates[0])));
  try {
    await scoreRows({ ...plan, rows }, candidates, [fold]);
  } finally {
    rows.x.dispose();
  }
}

/** Scores candidates on some of the folds, or all. */
async function scoreRows(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  some: readonly number[] = [...plan.folds.keys()],
): Promise<void> {
  for (const alike of byMap(plan, candidates.filter(isAlive))) {
    // The targets of tested rows have no say in a map.
    const readsThem = readsTargets(mapOptions(plan, alike[0]), plan.rows.x);
    const own = { ...plan, mapPerFold: plan.mapPerFold || readsThem };
    for (const folds of own.mapPerFold ? some.map((fold) => [fold]) : [some]) {
      await attempt(own, alike, () => scoreAlike(own, alike.filter(isAlive), folds));
    }
  }
}

/** Scores candidates with the same map on some folds. */
async function scoreAlike(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  folds: readonly number[],
): Promise<void> {
  if (candidates.length === 0) return;
  const whole = candidates.filter((candidate) => optionsOf(candidate).wholeNetwork);
  const frozen = candidates.filter((candidate) => !whole.includes(candidate));
  if (frozen.length > 0 && !(await scoreFrozen(plan, frozen, folds))) whole.push(...frozen);
  for (const { candidate, fold } of inOrder(plan, whole, folds)) {
    await attempt(plan, [candidate], () => scoreWhole(plan, candidate, fold));
  }
}

async function scoreWhole(
  plan: CrossValidationPlan,
  candidate: Candidate,
  fold: number,
): Promise<void> {
  await timed([candidate], async () => {
    await record(plan, candidate, fold, await networkFold(plan, candidate, fold));
  });
}

/** @returns false, without any work, if the map has to be trained. */
async function scoreFrozen(
  plan: CrossValidationPlan,
  candidates: readonly Candidate[],
  folds: readonly number[],
): Promise<boolean> {
  const { rows, signal, mapPerFold } = plan;
  const options = mapOptions(plan, candidates[0]);
  const { train } = plan.folds[folds[0]];
  const sample = mapPerFold ? someRows(rows.x, train) : rows.x;
  const targets = mapPerFold ? subset(rowsFor(plan, options), train) : undefined;
  const shared = await timed(candidates, () =>
    SharedFeatures.build(options, sample, signal, targets),
  );
  try {
    if (shared.map.isTrainable) return false;
    const told = { phase: 'features', rows: rows.x.rows } as const;
    await timed(candidates, () =>
      shared.compute(rows, options, (row) => plan.onProgress({ ...told, row })),
    );
    const ridge = candidates.filter((candidate) => isRidge(candidate, plan));
    await attempt(plan, ridge, () => ridgeFolds(plan, ridge, shared, folds));
    const common = { shared, starts: new WarmStarts(), work: folds.map(() => new SharedWork()) };
    const others = candidates.filter((one) => !ridge.includes(one));
    for (const { candidate, fold } of inOrder(plan, others, folds)) {
      await attempt(plan, [candidate], () =>
        timed([candidate], async () => {
          const sharedWork = common.work[folds.indexOf(fold)];
          const tested = await headFold(plan, candidate, fold, { ...common, sharedWork });
          await record(plan, candidate, fold, tested);
        }),
      );
    }
    return true;
  } finally {
    shared.dispose();
  }
}

/** Groups candidates by the encoder of their tables. */
function byEncoder(candidates: readonly Candidate[]): Candidate[][] {
  const groups = new Map<unknown, Candidate[]>();
  for (const candidate of candidates) {
    const { encoder, seed } = optionsOf(candidate);
    const key = encoder ?? seed;
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  return [...groups.values()];
}

/** The options of a candidate's map, as `fit` has them. */
function mapOptions(plan: CrossValidationPlan, candidate: Candidate): ResolvedOptions {
  const options = optionsOf(candidate);
  const { units } = rowsFor(plan, options);
  const rows = Math.max(...plan.folds.map(({ train }) => train.length));
  return withChosenMap(options, plan.fitOptions, { rows, weight: rows, units });
}

/** Groups candidates by feature map, and by the type of its features: by the options that determine them. */
function byMap(plan: CrossValidationPlan, candidates: readonly Candidate[]): Candidate[][] {
  const groups: { key: readonly unknown[]; members: Candidate[] }[] = [];
  for (const candidate of candidates) {
    const options = mapOptions(plan, candidate);
    const { features, choosesFeatures, outputDim, scale, standardize, seed, solver } = options;
    const specs = Array.isArray(features) ? features : [features];
    const { featureType = 'float32' } = solver;
    const key = [choosesFeatures, outputDim, scale, standardize, seed, featureType, ...specs];
    const isSame = (other: readonly unknown[]) =>
      other.length === key.length && other.every((value, i) => Object.is(value, key[i]));
    const group = groups.find((one) => isSame(one.key));
    if (group === undefined) groups.push({ key, members: [candidate] });
    else group.members.push(candidate);
  }
  return groups.map(({ members }) => members);
}
