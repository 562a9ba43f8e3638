import { type Fold, gridSearch, KernelModel, SelectionAbortedError } from '@kernel-methods/models';
import {
  baseKeyOf,
  type Ground,
  keyOf,
  layerOf,
  type Machine,
  paramsOf,
  settingsOf,
  trainingKeyOf,
} from './machine.ts';
import { partTask, type Question } from './question.ts';
import type { Memory, Score } from './score.ts';

export interface RoundOptions {
  readonly folds: readonly Fold[];
  readonly ground: Ground;
  readonly memory?: Memory;
  /** Ends the round: of the machines that share a map, those that were scored by then are kept. */
  readonly signal?: AbortSignal;
  /** Scores of machines with one map; it may end the round by returning false. */
  readonly onScores: (scores: readonly Score[]) => boolean;
  /** Why a machine has no score. */
  readonly onError: (error: unknown) => void;
}

/**
 * Scores machines by cross-validation on the rows of a question. Those with the same map and training
 * follow each other and share its features.
 */
export async function scoreRound(
  question: Question,
  machines: readonly Machine[],
  options: RoundOptions,
): Promise<void> {
  const [first, ...others] = machines;
  if (first === undefined) return;
  // The first alone, so that there is an answer soon.
  for (const group of [[first], ...byMap(others)]) {
    if (options.signal?.aborted) return;
    const scores = await scoreGroup(question, group, options);
    if (!options.onScores(scores)) return;
  }
}

/**
 * Groups in the order of their first machines: those that share features and training. Larger ones would
 * leave nothing where the time ends within them.
 */
function byMap(machines: readonly Machine[]): Machine[][] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const key = `${baseKeyOf(machine)} ${trainingKeyOf(machine)}`;
    groups.set(key, [...(groups.get(key) ?? []), machine]);
  }
  return [...groups.values()];
}

async function scoreGroup(
  question: Question,
  group: readonly Machine[],
  { folds, ground, memory, signal, onError }: RoundOptions,
): Promise<Score[]> {
  const { table, target, scoring, weights, seed } = question;
  const name = (machine: Machine) =>
    `${keyOf(machine)} rows ${table.rows} folds ${folds.length} seed ${seed}`;
  const known = group.flatMap((machine) => memory?.get(name(machine)) ?? []);
  const has = new Set(known.map(({ machine }) => keyOf(machine)));
  const asked = group.filter((machine) => !has.has(keyOf(machine)));
  if (asked.length === 0) return known;
  const settings = asked.map((machine) => settingsOf(machine, ground));
  const layer = layerOf(settings[0]);
  const params = settings.map((one) => paramsOf(one, layer));
  const grids = params.map((one) =>
    Object.fromEntries(Object.entries(one).map(([option, value]) => [option, [value]])),
  );
  try {
    const { candidates } = await gridSearch(
      new KernelModel<string>({ task: partTask(question) }),
      grids,
      table,
      target,
      {
        ...{ folds, scoring, refit: false, stopEarly: false },
        ...(weights && { fitOptions: { sampleWeight: weights } }),
        ...(signal && { signal }),
      },
    );
    return [...known, ...keep(candidates)];
  } catch (error) {
    if (!(error instanceof SelectionAbortedError)) {
      onError(error);
      return known;
    }
    const { candidates = [] } = (error.partial ?? {}) as { candidates?: Candidates };
    return [...known, ...keep(candidates)];
  }

  function keep(candidates: Candidates): Score[] {
    return candidates.flatMap(
      ({ params: { loss, solver, l2 }, mean, deviation, seconds, error }) => {
        if (error !== undefined) onError(error);
        if (Number.isNaN(mean)) return [];
        const at = params.findIndex(
          (one) => one.loss === loss && one.solver === solver && one.l2 === l2,
        );
        const score = {
          ...{ machine: asked[at], mean, deviation, seconds },
          ...{ rows: table.rows, folds: folds.length },
        };
        memory?.set(name(asked[at]), score);
        return [score];
      },
    );
  }
}

type Candidates = Awaited<ReturnType<typeof gridSearch>>['candidates'];
