import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  crossValidate,
  KernelModel,
  KernelRidge,
  KernelSVM,
  kFold,
  stratifiedKFold,
} from '../../../models/src/index.ts';
import { paramsOf, search } from '../../../search/src/index.ts';
import type { Column } from '../../src/index.ts';
import { averagePrecision } from './average-precision.ts';
import { boosting, type KnownTable, machines, readKnown } from './known-table.ts';

export interface Scored {
  readonly score: number;
  /** Of a fit; with the search, of that too. */
  readonly seconds: number;
}

export interface Quality {
  readonly name: string;
  readonly rows: number;
  readonly metric: string;
  readonly how: 'test rows' | 'repeated folds';
  /** `fit(table, target)` with no option given. */
  readonly defaults: Scored;
  readonly search: Scored;
  /** scikit-learn's best kernel machine or linear model, and where its score is from. */
  readonly best: { readonly model: string; readonly score: number };
  readonly from: 'measured' | 'references.json';
  readonly boosting: number;
  readonly peers: Readonly<Record<string, Scored | { readonly score: number }>>;
}

export interface QualityOptions {
  /** The folder of the tables. */
  readonly folder: string;
  /** A Python with scikit-learn; without it, its scores are those of references.json. */
  readonly python?: string;
  /** Keeps scikit-learn's scores, which are then measured once. */
  readonly peers?: string;
  /** The time of the command's `fit`; the search takes its part of it. */
  readonly seconds: number;
}

/** Scores of our estimators on one table, beside those of scikit-learn. */
export async function measureQuality(
  name: string,
  { folder, python, peers: file, seconds: limit }: QualityOptions,
): Promise<Quality> {
  const known = await readKnown(folder, name);
  const { table, target, task, metric, test, repeated, references } = known;
  const peer =
    python === undefined
      ? undefined
      : await keptPeer(file, name, () => scikitLearn(python, folder, name));
  const tests = peer?.folds ?? (repeated ? ownFolds(known) : [test]);
  const folds = tests.map((rows) => ({ train: others(rows, table.rows), test: rows }));
  const scoring = metric === 'average_precision' ? averagePrecision : undefined;
  const scored = async (estimator: KernelModel) => {
    const { mean, seconds } = await crossValidate(estimator as KernelSVM, table, target, {
      folds,
      mapPerFold: true,
      ...(scoring && { scoring }),
    });
    return { score: mean, seconds: seconds / folds.length };
  };
  const defaults = await scored(task === 'regression' ? new KernelRidge() : new KernelSVM());
  const start = performance.now();
  const train = table.take(others(test, table.rows));
  const { settings } = await search(
    { table: train, target, task, scoring: scoring ?? (metric as 'accuracy' | 'r2'), seed: 0 },
    { seconds: limit },
  );
  const model = new KernelModel<never>({ task, ...paramsOf(settings) }) as KernelModel;
  const seconds = (performance.now() - start) / 1000;
  const found = await scored(model);
  const peers =
    peer?.models ??
    Object.fromEntries(Object.entries(references).map(([who, score]) => [who, { score }]));
  const rivals = machines.filter((who) => peers[who] !== undefined);
  const best = rivals.reduce((a, b) => (peers[b].score > peers[a].score ? b : a));
  return {
    ...{ name, rows: table.rows, metric, defaults, peers },
    how: repeated ? 'repeated folds' : 'test rows',
    search: { score: found.score, seconds: found.seconds + seconds },
    best: { model: best, score: peers[best].score },
    from: peer ? 'measured' : 'references.json',
    boosting: peers[boosting].score,
  };
}

/** What scikit-learn's models reached, on which folds. */
interface Peer {
  readonly folds: number[][];
  readonly models: Record<string, Scored>;
}

/** Takes it from a file where it is there, and keeps it there otherwise. */
async function keptPeer(
  file: string | undefined,
  name: string,
  measure: () => Promise<Peer>,
): Promise<Peer> {
  const kept: Record<string, Peer> =
    file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (Object.hasOwn(kept, name)) return kept[name];
  const peer = await measure();
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ ...kept, [name]: peer })}\n`);
  return peer;
}

async function scikitLearn(python: string, folder: string, name: string): Promise<Peer> {
  const program = join(import.meta.dirname, 'scikit_learn.py');
  const { stdout } = await promisify(execFile)(python, [program, folder, name], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}

function others(rows: ArrayLike<number>, count: number): Int32Array {
  const taken = new Uint8Array(count);
  for (let i = 0; i < rows.length; i++) taken[rows[i]] = 1;
  return Int32Array.from({ length: count }, (_, row) => row).filter((row) => !taken[row]);
}

/** Five times four folds, as the references have them, but drawn otherwise. */
function ownFolds({ table, target, task }: KnownTable): Int32Array[] {
  return Array.from({ length: 5 }, (_, seed) =>
    (task === 'classification'
      ? stratifiedKFold(labelsOf(table.column(target)), { folds: 4, seed })
      : kFold(table.rows, { folds: 4, seed })
    ).map(({ test }) => test),
  ).flat();
}

/** The classes' numbers. */
const labelsOf = (column: Column): ArrayLike<number> =>
  column.type === 'category' ? column.codes : (column.values as ArrayLike<number>);
