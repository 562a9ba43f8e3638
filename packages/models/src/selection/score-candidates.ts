import { someRows } from '../data/row-source.ts';
import { headFold } from './head-fold.ts';
import { networkFold } from './network-fold.ts';
import { isRidge, ridgeFolds } from './ridge-folds.ts';
import { SharedFeatures } from './shared-features.ts';
import { attempt, type Candidate, isAlive, optionsOf, record, type Study, timed } from './study.ts';

/**
 * Fits and scores every candidate on every fold. Candidates with the same feature map share its
 * features, and those of ridge regression the sums over them; maps that are trained with the head
 * are fitted candidate by candidate.
 *
 * @throws the signal's reason when aborted; what is done by then stays with the candidates.
 */
export async function scoreCandidates(
  study: Study,
  candidates: readonly Candidate[],
): Promise<void> {
  for (const alike of byMap(candidates.filter(isAlive))) {
    const all = study.folds.map((_, fold) => fold);
    for (const folds of study.mapPerFold ? all.map((fold) => [fold]) : [all]) {
      await attempt(study, alike, () => scoreAlike(study, alike.filter(isAlive), folds));
    }
  }
}

/** Candidates of one map on some folds. */
async function scoreAlike(
  study: Study,
  candidates: readonly Candidate[],
  folds: readonly number[],
): Promise<void> {
  if (candidates.length === 0) return;
  const whole = candidates.filter((candidate) => optionsOf(candidate).wholeNetwork);
  const frozen = candidates.filter((candidate) => !whole.includes(candidate));
  if (frozen.length > 0 && !(await scoreFrozen(study, frozen, folds))) whole.push(...frozen);
  for (const candidate of whole) {
    for (const fold of folds) {
      await attempt(study, [candidate], () => scoreWhole(study, candidate, fold));
      if (!isAlive(candidate)) break;
    }
  }
}

async function scoreWhole(study: Study, candidate: Candidate, fold: number): Promise<void> {
  await timed([candidate], async () => {
    await record(study, candidate, fold, await networkFold(study, candidate, fold));
  });
}

/** @returns false, with nothing done, where the map is to be trained. */
async function scoreFrozen(
  study: Study,
  candidates: readonly Candidate[],
  folds: readonly number[],
): Promise<boolean> {
  const { rows, signal, mapPerFold } = study;
  const options = optionsOf(candidates[0]);
  const sample = mapPerFold ? someRows(rows.x, study.folds[folds[0]].train) : rows.x;
  const shared = await timed(candidates, () => SharedFeatures.build(options, sample, signal));
  try {
    if (shared.map.isTrainable) return false;
    const told = { phase: 'features', rows: rows.x.rows } as const;
    await timed(candidates, () =>
      shared.compute(rows, options, (row) => study.onProgress({ ...told, row })),
    );
    const ridge = candidates.filter((candidate) => isRidge(candidate, study));
    await attempt(study, ridge, () => ridgeFolds(study, ridge, shared, folds));
    for (const candidate of candidates.filter((one) => !ridge.includes(one))) {
      for (const fold of folds) {
        await attempt(study, [candidate], () =>
          timed([candidate], async () => {
            await record(study, candidate, fold, await headFold(study, candidate, shared, fold));
          }),
        );
        if (!isAlive(candidate)) break;
      }
    }
    return true;
  } finally {
    shared.dispose();
  }
}

/** Candidates of one feature map together: the same `features`, `outputDim`, `scale` and `seed`. */
function byMap(candidates: readonly Candidate[]): Candidate[][] {
  const groups: { key: readonly unknown[]; members: Candidate[] }[] = [];
  for (const candidate of candidates) {
    const { features, outputDim, scale, seed } = optionsOf(candidate);
    const key = [outputDim, scale, seed, ...(Array.isArray(features) ? features : [features])];
    const isSame = (other: readonly unknown[]) =>
      other.length === key.length && other.every((value, i) => Object.is(value, key[i]));
    const group = groups.find((one) => isSame(one.key));
    if (group === undefined) groups.push({ key, members: [candidate] });
    else group.members.push(candidate);
  }
  return groups.map(({ members }) => members);
}
