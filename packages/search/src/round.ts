import {
  baseKeyOf,
  type Ground,
  keyOf,
  type Machine,
  settingsOf,
  trainingKeyOf,
} from './machine.ts';
import { type Measure, type Measured, measureHere, type Part, partOf } from './measure.ts';
import type { Question } from './question.ts';
import type { Memory, Score } from './score.ts';

export interface RoundOptions {
  /** The rows, and how they are divided. */
  readonly part: Part;
  readonly ground: Ground;
  readonly memory?: Memory;
  /** Who measures. Default: this process. */
  readonly measure?: Measure;
  /** Ends the round: of the machines that share a map, those that were scored by then are kept. */
  readonly signal?: AbortSignal;
  /** Scores of machines with one map; it may end the round by returning false. */
  readonly onScores: (scores: readonly Score[]) => boolean;
  /** Why a machine has no score. */
  readonly onError: (error: unknown, machine: string) => void;
}

/**
 * Scores machines by cross-validation on some rows of a question. Those with the same map and training
 * follow each other and share its features. Scores are told in the order of the machines, whoever
 * measures.
 */
export async function scoreRound(
  question: Question,
  machines: readonly Machine[],
  options: RoundOptions,
): Promise<void> {
  const { part, ground, memory, measure = measureHere(question) } = options;
  const { signal, onScores, onError } = options;
  const [first, ...others] = machines;
  if (first === undefined) return;
  const divided = partOf(question, part);
  const [rows, folds] = [divided.question.table.rows, divided.folds.length];
  const name = (machine: Machine) =>
    `${keyOf(machine)} rows ${rows} folds ${folds} seed ${question.seed}`;
  // The first alone, so that there is an answer soon.
  const groups = [[first], ...byMap(others)].map((group) => {
    const known = group.flatMap((machine) => memory?.get(name(machine)) ?? []);
    const has = new Set(known.map(({ machine }) => keyOf(machine)));
    return { known, asked: group.filter((machine) => !has.has(keyOf(machine))) };
  });
  const scored = groups.map(({ known, asked }) => (asked.length === 0 ? known : undefined));
  let told = 0;
  const tell = () => {
    for (let scores = scored[told]; scores !== undefined; scores = scored[told]) {
      told++;
      if (!onScores(scores)) return false;
    }
    return true;
  };
  const open = groups.flatMap(({ asked }, i) => (asked.length === 0 ? [] : [i]));
  const jobs = open.map((i) => {
    const settings = groups[i].asked.map((machine) => settingsOf(machine, ground));
    return { kind: 'folds', part, settings } as const;
  });
  if (!tell()) return;
  await measure(jobs, {
    ...(signal && { signal }),
    onMeasured(job, measured) {
      const { known, asked } = groups[open[job]];
      scored[open[job]] = [...known, ...measured.flatMap((one) => scoresOf(one, asked))];
      return tell();
    },
  });
  // What others have measured before the end counts, though something before it is missing.
  const late = scored.slice(told).flatMap((scores) => scores ?? []);
  if (late.length > 0) onScores(late);

  function scoresOf(one: Measured, asked: readonly Machine[]): Score[] {
    if ('failure' in one) {
      onError(new Error(one.failure), keyOf(asked[one.at]));
      return [];
    }
    const { at, ...result } = one;
    const score = { machine: asked[at], ...result, rows, folds };
    memory?.set(name(asked[at]), score);
    return [score];
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
