import { candidatesFor } from './candidates.ts';
import { foldsOf, sampleOf } from './folds.ts';
import { type Ground, keyOf, type Machine } from './machine.ts';
import { neighboursOf } from './neighbours.ts';
import { FEATURES } from './parts.ts';
import { classesOf, measureRows, outputsOf, type Question, rowsOf } from './question.ts';
import { type Memory, scoreRound } from './round.ts';
import { better, byScore, type Score } from './score.ts';

export interface RaceProgress {
  /** From 1. */
  readonly round: number;
  /** Machines of this round, and how many of them are scored. */
  readonly done: number;
  readonly total: number;
  /** The rows of this round. */
  readonly rows: number;
  /** The best of the latest round. */
  readonly best: Score;
  readonly seconds: number;
}

export interface RaceOptions {
  /** How many machines start. Default: all. */
  readonly candidates?: number;
  /** The time for it. Without it all rounds are run: the result then repeats. */
  readonly seconds?: number;
  /** Ends the race: the best so far is kept. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RaceProgress) => void;
  readonly memory?: Memory;
}

export interface RaceResult {
  readonly best: Score;
  /** Scores of all rounds, those of the last first, and of each the best first. */
  readonly scores: readonly Score[];
  /** Makes the numbers of a machine from the rows that it is trained on. */
  groundOf(rows: number, features: number): Ground;
  readonly isSparse: boolean;
  /** Why it ended before its end. */
  readonly stopped?: 'time' | 'signal';
}

/** Rows of the first round, and in each next one three times as many. */
const FIRST_ROWS = 500;
const GROWTH = 3;
const ROUNDS = 3;
/** Rows for each class in the first round. */
const ROWS_PER_CLASS = 10;
/** Divisions of few rows into folds, one after the other. */
const MOST_DIVISIONS = 6;
/** From so many rows on, fewer folds tell machines apart. */
const MANY_ROWS = 2000;
/** Shares of the time until each round ends. */
const TIME_SHARES = [0.4, 0.75, 1];
/** As many machines go on at least. */
const LEAST_KEPT = 4;

/**
 * Chooses among machines by successive halving: all of them on some rows, the better third on three
 * times as many, and so on; then the neighbours of the best. Where rows are few, later rounds divide
 * them more often.
 *
 * Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
 * AISTATS 2016.
 *
 * @throws Error if no machine could be fitted; the signal's reason if it came before one was.
 */
export async function race(question: Question, options: RaceOptions = {}): Promise<RaceResult> {
  const { seconds = Infinity, signal } = options;
  const start = performance.now();
  const spent = () => (performance.now() - start) / 1000;
  const track = await prepare(question);
  let field = candidatesFor(track.kind).slice(0, options.candidates);
  let scores: readonly Score[] = [];
  let best: Score | undefined;
  let failure: unknown;
  let late = false;

  /** The scores of a round, the best first; of some machines if time or signal end it. */
  const run = async (
    round: number,
    machines: readonly Machine[],
    before: readonly Score[] = [],
  ) => {
    const part = track.part(round);
    const until = seconds * TIME_SHARES[round];
    const timer = new AbortController();
    // The first machines are waited for, however little time there is.
    const timeout = Number.isFinite(until)
      ? setTimeout(() => (best ?? found[0]) && timer.abort(), 1000 * Math.max(0, until - spent()))
      : undefined;
    const found: Score[] = [];
    await scoreRound(part.question, machines, {
      ...{
        folds: part.folds,
        ground: track.groundOf(part.trained, Math.min(FEATURES, 2 * part.trained)),
      },
      ...(options.memory && { memory: options.memory }),
      signal: signal ? AbortSignal.any([signal, timer.signal]) : timer.signal,
      onScores(some) {
        found.push(...some);
        const top = [...before, ...found].reduce(better, undefined as Score | undefined);
        if (top !== undefined) {
          const { rows } = part.question.table;
          const progress = { done: found.length, total: machines.length, rows, best: top };
          options.onProgress?.({ round: round + 1, ...progress, seconds: spent() });
        }
        return found.length === 0 || spent() < until;
      },
      onError(error) {
        failure ??= error;
      },
    });
    clearTimeout(timeout);
    late = timer.signal.aborted;
    return found.sort(byScore);
  };

  // The first round is begun however little time there is.
  const goesOn = (round: number) => !signal?.aborted && (round === 0 || spent() < seconds);
  for (let round = 0; round < ROUNDS && goesOn(round); round++) {
    const found = await run(round, field);
    if (found.length === 0) break;
    // A later round has looked at its machines more closely.
    best = found[0];
    scores = [...found, ...scores];
    if (round === ROUNDS - 1) {
      const known = new Set(found.map(({ machine }) => keyOf(machine)));
      const near = neighboursOf(best.machine).filter((one) => !known.has(keyOf(one)));
      if (signal?.aborted || spent() >= seconds) break;
      const more = await run(round, near, found);
      scores = [...[...more, ...found].sort(byScore), ...scores.slice(found.length)];
      best = scores[0];
    }
    const kept = Math.max(LEAST_KEPT, Math.ceil(found.length / GROWTH));
    field = found.slice(0, kept).map(({ machine }) => machine);
  }
  if (best === undefined) {
    throw signal?.aborted ? signal.reason : (failure ?? new Error('No machine could be fitted.'));
  }
  const { groundOf, kind } = track;
  const stopped = signal?.aborted ? 'signal' : late || spent() >= seconds ? 'time' : undefined;
  return { best, scores, groundOf, isSparse: kind.isSparse, ...(stopped && { stopped }) };
}

/** What is known of the rows before any machine is tried. */
async function prepare(question: Question) {
  const { table, target, task, seed } = question;
  const outputs = task === 'classification' ? classesOf(table.column(target)) : 1;
  const first = Math.max(FIRST_ROWS, task === 'classification' ? ROWS_PER_CLASS * outputs : 0);
  const { medians, isSparse } = await measureRows(rowsOf(question, sampleOf(question, first)));
  return {
    kind: { task, rows: table.rows, outputs, isSparse, seed },
    groundOf: (rows: number, most: number): Ground => {
      return { rows, outputs: outputsOf(question), most, medians, seed };
    },
    part(round: number) {
      const most = first * GROWTH ** round;
      const part = rowsOf(question, sampleOf(question, most));
      const times = Math.max(1, Math.min(MOST_DIVISIONS, Math.floor(most / part.table.rows)));
      const folds = foldsOf(part, { folds: part.table.rows > MANY_ROWS ? 3 : 5, times });
      return {
        question: part,
        folds,
        trained: Math.min(...folds.map(({ train }) => train.length)),
      };
    },
  };
}
