import { type Base, baseKeyOf, distinctBy, type Ground, settingsOf } from './machine.ts';
import { type Job, type Measure, measureHere, type Part, partOf } from './measure.ts';
import { scalesBeside } from './neighbours.ts';
import { FEATURES } from './parts.ts';
import type { Question } from './question.ts';
import type { Memory } from './score.ts';

export interface ScanOptions {
  groundOf(rows: number, features: number): Ground;
  readonly memory?: Memory;
  /** Who measures. Default: this process. */
  readonly measure?: Measure;
  /** Ends it: the bases that were scanned by then are kept. */
  readonly signal: AbortSignal;
  readonly onScanned: (progress: { done: number; total: number; rows: number }) => void;
  readonly onError: (error: unknown, base: string) => void;
}

/** A base, and the error of ridge regression on it for rows that were left out one by one. */
interface Scanned {
  readonly base: Base;
  /** Mean squared, with the penalty that is best for it. */
  readonly error: number;
}

/** Rows on which all bases are looked at, and then the best of them and those beside. */
const SCANNED_ROWS = [500, 5000];
/** Bases that are looked at again. */
const AGAIN = 4;
const training = { loss: 'meanSquaredError', solver: 'direct' } as const;
/** Alpha of ridge regression, for features whose rows have length 1: two in a decade. */
const ALPHAS = Array.from({ length: 15 }, (_, i) => 10 ** (i / 2 - 5));

/**
 * Ranks bases by the leave-one-out error of ridge regression, the best first. It is found in closed
 * form, so that a base costs one decomposition for all penalties, and it hardly depends on chance: most
 * metrics only count on which side of a threshold a row lies, and this one measures how far from it. The scales
 * beside the best are looked at, too.
 */
export async function scan(
  question: Question,
  bases: readonly Base[],
  { groundOf, memory, measure = measureHere(question), signal, onScanned, onError }: ScanOptions,
): Promise<Base[]> {
  let field = bases;
  let found: Scanned[] = [];
  let before = 0;
  for (const most of SCANNED_ROWS) {
    const part = { most };
    const { rows } = partOf(question, part).question.table;
    const isSame = rows === before;
    before = rows;
    const known = new Set(isSame ? found.map(({ base }) => baseKeyOf(base)) : []);
    field = field.filter((base) => !known.has(baseKeyOf(base)));
    const some = await scanned(part, rows, field);
    // More rows tell more, so they come first.
    found = isSame ? [...some, ...found].sort(byError) : [...some.sort(byError), ...found];
    if (signal.aborted) break;
    // Those that promise most come first: there may not be time for all.
    const [first, second, ...others] = found.slice(0, AGAIN).map(({ base }) => base);
    if (first === undefined) break;
    const top = second === undefined ? [first] : [first, second];
    const beside = top.map(scalesBeside);
    field = distinctBy(baseKeyOf, [...top, ...beside[0], ...others, ...beside.slice(1).flat()]);
  }
  return distinctBy(
    baseKeyOf,
    found.map(({ base }) => base),
  );

  /** Those that were measured before the end, in their order. */
  async function scanned(part: Part, rows: number, bases: readonly Base[]): Promise<Scanned[]> {
    const ground = groundOf(rows, FEATURES);
    const unit = 2 / (rows * ground.outputs(training.loss));
    const penalties = ALPHAS.map((alpha) => alpha * unit);
    const name = (base: Base) => `left out ${baseKeyOf(base)} rows ${rows} seed ${question.seed}`;
    const errors = bases.map((base) => {
      const known = memory?.get(name(base));
      return known && -known.mean;
    });
    const open = bases.flatMap((_, i) => (errors[i] === undefined ? [i] : []));
    let done = bases.length - open.length;
    const tell = () => onScanned({ done, total: bases.length, rows });
    if (done > 0) tell();
    const jobs = open.map((i): Job => {
      const settings = [settingsOf({ ...bases[i], ...training }, ground)] as const;
      return { kind: 'leftOut', part, settings, penalties };
    });
    await measure(jobs, {
      signal,
      onMeasured(job, measured) {
        if (signal.aborted) return false;
        const base = bases[open[job]];
        for (const { at: _, ...one } of measured) {
          if ('failure' in one) onError(new Error(one.failure), baseKeyOf(base));
          else {
            errors[open[job]] = -one.mean;
            // It is kept where scores are.
            const machine = { ...base, ...training };
            memory?.set(name(base), { machine, ...one, rows, folds: rows });
          }
        }
        done++;
        tell();
        return true;
      },
    });
    return bases.flatMap((base, i) => {
      const error = errors[i];
      return error === undefined ? [] : [{ base, error }];
    });
  }
}

const byError = (a: Scanned, b: Scanned) => a.error - b.error;
