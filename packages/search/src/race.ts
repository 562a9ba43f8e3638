import { allBases, candidatesFor, firstOn, hasMany, type Kind, linearFor } from './candidates.ts';
import { sampleOf } from './folds.ts';
import { follow } from './follow.ts';
import { type Base, distinctBy, type Ground, type Machine } from './machine.ts';
import { type Measure, type Part, partOf } from './measure.ts';
import { measureRows } from './measure-rows.ts';
import { type Field, nextField } from './next-field.ts';
import { FEATURES } from './parts.ts';
import { classesOf, outputsOf, type Question, rowsOf, spreadOf } from './question.ts';
import { scoreRound } from './round.ts';
import { scan } from './scan.ts';
import { better, byScore, type Memory, type Score } from './score.ts';

export interface RaceProgress {
  /** From 1. The first looks at kernels and scales, the others at machines. */
  readonly round: number;
  /** Kernels or machines of this round, and how many of them are done. */
  readonly done: number;
  readonly total: number;
  /** The rows of this round. */
  readonly rows: number;
  /** The best of the latest round that has scores. */
  readonly best: Score;
  readonly seconds: number;
}

export interface RaceOptions {
  /** How many machines start in the second round. Default: all. */
  readonly candidates?: number;
  /** The time for it. Without it all rounds are run: the result then repeats. */
  readonly seconds?: number;
  /** Ends the race: the best so far is kept. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RaceProgress) => void;
  readonly memory?: Memory;
  /** Who measures, after the first machine, which is measured here so that there is an answer soon. */
  readonly measure?: Measure;
}

export interface RaceResult {
  readonly best: Score;
  /** Scores of all rounds, those of the last first, and of each the best first. */
  readonly scores: readonly Score[];
  /** Why machines, or kernels with a scale, have no score: of each once, in the order in which they failed. */
  readonly failures: readonly unknown[];
  /** Makes the numbers of a machine from the rows that it is trained on. */
  groundOf(rows: number, features: number): Ground;
  readonly isSparse: boolean;
  /** Why it ended before its end. */
  readonly stopped?: 'time' | 'signal';
}

/** Rows of the first score, and in each next round three times as many. */
const FIRST_ROWS = 500;
const GROWTH = 3;
/** Rounds of machines, after that of kernels. */
const ROUNDS = 2;
/** Folds of the first answer. */
const FIRST_FOLDS = 2;
/** Rows for each class in the first score. */
const ROWS_PER_CLASS = 10;
/** How many kernels with a scale go on: more where rows are few, as these hardly tell them apart. */
const [FEW_BASES, MANY_BASES] = [4, 2];
const FEW_ROWS = 1500;
/** Of how many losses the best goes on, where rows are few. */
const FEW_STARTS = 2;
/** In each round, divisions of few rows into folds, one after the other. */
const MOST_DIVISIONS = [1, 1, 6];
/** The part of the last round's time for repeats; the rest is for machines beside the best. */
const REPEATS_SHARE = 0.5;
/** From so many rows on, fewer folds tell machines apart. */
const MANY_ROWS = 1500;
/** Shares of the time until each round ends: with many outputs kernels get less, of few rows repeats more. */
const [TIME_SHARES, MANY_OUTPUTS_SHARES, FEW_ROWS_SHARES] = [
  [0.5, 0.8, 1],
  [0.15, 0.75, 1],
  [0.3, 0.65, 1],
];
/** How often a round that has no score is looked at. */
const LOOK_MS = 50;

/**
 * Chooses among machines. The first round ranks kernels and scales by the leave-one-out error of
 * ridge regression, which costs little: all of them on some rows, the best on more. The next ones
 * score what can be made of the best kernels by cross-validation, in successive halving: all
 * machines on some rows, the better third on three times as many; then it goes on from the best, as
 * `follow` does.
 * Where rows are few, the last round divides them more often, as `nextField` says.
 *
 * Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
 * AISTATS 2016.
 *
 * @throws Error if no machine could be fitted; the signal's reason if it came before one was.
 */
export async function race(question: Question, options: RaceOptions = {}): Promise<RaceResult> {
  const { seconds = Infinity, signal, memory, measure, onProgress } = options;
  const start = performance.now();
  const spent = () => (performance.now() - start) / 1000;
  const track = await prepare(question);
  const { kind } = track;
  const shares = sharesFor(kind);
  let scores: readonly Score[] = [];
  let best: Score | undefined;
  const failures = new Map<string, unknown>();
  let late = false;
  const onError = (error: unknown, machine: string) => {
    if (!failures.has(machine)) failures.set(machine, error);
  };
  /** Ends with the caller's signal, or once a round's time is over and `mayEnd` says so. */
  const timed = (round: number, mayEnd: () => boolean) => {
    const timer = new AbortController();
    const until = seconds * shares[round];
    const isTimed = Number.isFinite(until);
    const ms = 1000 * Math.max(0, until - spent());
    const look = () => {
      if (mayEnd()) timer.abort();
      else timeout = setTimeout(look, LOOK_MS);
    };
    let timeout = isTimed ? setTimeout(look, ms) : undefined;
    return {
      until,
      signal: signal ? AbortSignal.any([signal, timer.signal]) : timer.signal,
      done() {
        clearTimeout(timeout);
        late ||= timer.signal.aborted;
      },
    };
  };

  /** The scores of a round, the best first; of some machines if time or signal end it. */
  const run = async (
    round: number,
    { machines, divisions }: Field,
    { before, folds, isHere }: { before?: Score; folds?: number; isHere?: boolean } = {},
  ) => {
    const { part, rows, trained } = track.part(round, divisions, folds);
    const found: Score[] = [];
    // A round that has no score yet goes on while there is time at all, and the first however little.
    const time = timed(round, () => found.length > 0 || (best !== undefined && spent() >= seconds));
    try {
      await scoreRound(question, machines, {
        ...{ part, ground: track.groundOf(trained, FEATURES), onError },
        ...{ signal: time.signal, ...(memory && { memory }) },
        ...(measure && !isHere && { measure }),
        onScores(some) {
          found.push(...some);
          const top = found.reduce(better, before);
          if (top !== undefined) {
            const progress = { done: found.length, total: machines.length, rows, best: top };
            onProgress?.({ round: round + 1, ...progress, seconds: spent() });
          }
          return found.length === 0 || spent() < time.until;
        },
      });
    } finally {
      time.done();
    }
    return found.sort(byScore);
  };

  /** Kernels and scales, the best first, and as many as are worth more looks. */
  const ranked = async (): Promise<Base[]> => {
    if (kind.isSparse || spent() >= seconds * shares[0]) return allBases.slice(0, MANY_BASES);
    // With groups, a row left out alone would leave others of its group in training.
    if (question.groups) {
      const found = await run(0, once(allBases.map((base) => firstOn(base, kind))));
      return distinctKernels(
        found.map(({ machine }) => baseOf(machine)),
        FEW_BASES,
      );
    }
    const time = timed(0, () => true);
    let order: Base[];
    try {
      order = await scan(question, allBases, {
        ...{ groundOf: track.groundOf, onError, signal: time.signal },
        ...{ ...(memory && { memory }), ...(measure && { measure }) },
        onScanned(progress) {
          if (best) onProgress?.({ round: 1, ...progress, best, seconds: spent() });
        },
      });
    } finally {
      time.done();
    }
    if (order.length === 0) return allBases.slice(0, MANY_BASES);
    return kind.rows > FEW_ROWS ? order.slice(0, MANY_BASES) : distinctKernels(order, FEW_BASES);
  };

  // Something is begun however little time there is.
  const first = hasMany(kind) ? linearFor(kind) : candidatesFor(kind)[0];
  scores = await run(0, once([first]), { folds: FIRST_FOLDS, isHere: true });
  [best] = scores;
  const bases = signal?.aborted ? [] : await ranked();
  const machines =
    bases.length === 0 ? [] : candidatesFor(kind, bases).slice(0, options.candidates);
  let field: Field = { machines, divisions: track.divisions(1) };
  const goesOn = () => !signal?.aborted && (best === undefined || spent() < seconds);
  for (let round = 1; round <= ROUNDS && goesOn(); round++) {
    const found = await run(round, field);
    if (found.length === 0) break;
    // A later round has looked at its machines more closely.
    best = found[0];
    scores = [...found, ...scores];
    if (round === ROUNDS) {
      const more: Score[] = [];
      for (const start of startsOf(found, kind.rows)) {
        const all = [...more, ...found];
        const near = await follow(start, {
          ...{ known: all.map(({ machine }) => machine), goesOn },
          score: (some, ours) =>
            run(round, { ...field, machines: some }, { before: all.reduce(better, ours) }),
        });
        more.push(...near);
      }
      scores = [...[...more, ...found].sort(byScore), ...scores.slice(found.length)];
      best = scores[0];
    }
    field = nextField(found, {
      divisions: track.divisions(round + 1),
      seconds: (seconds - spent()) * REPEATS_SHARE,
    });
  }
  if (best === undefined) {
    const [failure = new Error('No machine could be fitted.')] = failures.values();
    throw signal?.aborted ? signal.reason : failure;
  }
  const stopped = signal?.aborted ? 'signal' : late || spent() >= seconds ? 'time' : undefined;
  const { groundOf } = track;
  const { isSparse } = kind;
  const found = { best, scores, failures: [...failures.values()] };
  return { ...found, groundOf, isSparse, ...(stopped && { stopped }) };
}

const once = (machines: readonly Machine[]): Field => ({ machines, divisions: 1 });

const sharesFor = (kind: Kind) =>
  hasMany(kind) ? MANY_OUTPUTS_SHARES : kind.rows > FEW_ROWS ? TIME_SHARES : FEW_ROWS_SHARES;

/** Where few rows hardly tell losses apart, the best of each of some goes on: each has a scale of its own. */
const startsOf = (found: readonly Score[], rows: number): Score[] =>
  distinctBy(({ machine }) => machine.loss, found).slice(0, rows > FEW_ROWS ? 1 : FEW_STARTS);

const baseOf = ({ map, kernel, share }: Machine): Base => ({ map, kernel, share }) as Base;

/** The best of each kernel, and the best of all others, `most` together. */
function distinctKernels(bases: readonly Base[], most: number): Base[] {
  const firsts = bases.filter(
    ({ kernel }, i) => bases.findIndex((one) => one.kernel === kernel) === i,
  );
  const others = bases.filter((base) => !firsts.includes(base));
  return [...firsts, ...others].slice(0, most);
}

/** What is known of the rows before any machine is tried. */
async function prepare(question: Question) {
  const { table, task, seed } = question;
  const classes = classesOf(question);
  const [outputs, spread] = [outputsOf(question), spreadOf(question)];
  const first = Math.max(FIRST_ROWS, task === 'regression' ? 0 : ROWS_PER_CLASS * classes);
  const { medians, isSparse } = await measureRows(rowsOf(question, sampleOf(question, first)));
  const mostOf = (round: number) => first * GROWTH ** round;
  const kind: Kind = { task, rows: table.rows, outputs: classes, isSparse };
  return {
    kind,
    groundOf: (rows: number, most: number): Ground => {
      return { rows, outputs, most, medians, spread, seed };
    },
    /** How often a round divides its rows: more of them where they are few. */
    divisions: (round: number): number =>
      Math.max(1, Math.min(MOST_DIVISIONS[round] ?? 1, Math.floor(mostOf(round) / table.rows))),
    part(round: number, times: number, mostFolds?: number) {
      const most = mostOf(round);
      const { rows } = partOf(question, { most }).question.table;
      const division = { folds: rows > MANY_ROWS ? 3 : 5, times };
      const { folds } = partOf(question, { most, division });
      return {
        part: { most, division: { ...division, most: mostFolds } } satisfies Part,
        rows,
        trained: Math.min(...folds.map(({ train }) => train.length)),
      };
    },
  };
}
