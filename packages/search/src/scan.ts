import { KernelModel, ridgeSearch } from '@kernel-methods/models';
import { sampleOf } from './folds.ts';
import { type Base, baseKeyOf, distinctBy, type Ground, layerOf, settingsOf } from './machine.ts';
import { scalesBeside } from './neighbours.ts';
import { FEATURES } from './parts.ts';
import { partTask, type Question, rowsOf } from './question.ts';
import type { Memory, Score } from './score.ts';

export interface ScanOptions {
  groundOf(rows: number, features: number): Ground;
  readonly memory?: Memory;
  /** Ends it: the bases that were scanned by then are kept. */
  readonly signal: AbortSignal;
  readonly onScanned: (progress: { done: number; total: number; rows: number }) => void;
  readonly onError: (error: unknown) => void;
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
  { signal, onScanned, ...options }: ScanOptions,
): Promise<Base[]> {
  let field = bases;
  let found: Scanned[] = [];
  let before = 0;
  for (const most of SCANNED_ROWS) {
    const part = rowsOf(question, sampleOf(question, most));
    const { rows } = part.table;
    const isSame = rows === before;
    before = rows;
    const known = new Set(isSame ? found.map(({ base }) => baseKeyOf(base)) : []);
    field = field.filter((base) => !known.has(baseKeyOf(base)));
    const some: Scanned[] = [];
    for (const [i, base] of field.entries()) {
      const error = await leftOutError(part, base, { signal, ...options });
      if (signal.aborted) break;
      if (error !== undefined) some.push({ base, error });
      onScanned({ done: i + 1, total: field.length, rows });
    }
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
}

const byError = (a: Scanned, b: Scanned) => a.error - b.error;

/** Undefined where there is none, because of an error or an abort. */
async function leftOutError(
  question: Question,
  base: Base,
  { groundOf, memory, signal, onError }: Omit<ScanOptions, 'onScanned'>,
): Promise<number | undefined> {
  const { table, target, weights, seed } = question;
  const { rows } = table;
  const name = `left out ${baseKeyOf(base)} rows ${rows} seed ${seed}`;
  const known = memory?.get(name);
  if (known) return -known.mean;
  const training = { loss: 'meanSquaredError', solver: 'direct' } as const;
  const ground = groundOf(rows, FEATURES);
  const features = layerOf(settingsOf({ ...base, ...training }, ground));
  const unit = 2 / (rows * ground.outputs(training.loss));
  try {
    const { points, best } = await ridgeSearch(
      new KernelModel<never>({ task: partTask(question), features, ...training, seed }),
      ALPHAS.map((alpha) => alpha * unit),
      table,
      target,
      { signal, ...(weights && { sampleWeight: weights }) },
    );
    best.dispose();
    const error = Math.min(...points.map(({ looLoss }) => looLoss));
    // It is kept where scores are.
    const score: Score = {
      machine: { ...base, ...training },
      ...{ mean: -error, deviation: 0, rows, folds: rows, seconds: 0 },
    };
    memory?.set(name, score);
    return error;
  } catch (error) {
    if (!signal.aborted) onError(error);
    return undefined;
  }
}
