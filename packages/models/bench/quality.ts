// Prints how good the estimators are with no option given, against scikit-learn's SVC, standardized and
// tuned by grid search, and its probabilities against scikit-learn's calibrated SVC, on the same folds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '../../backend-simd/src/index.ts';
import { reaches } from '../../simd/bench/measure.ts';
import { type FitSettings, KernelRidge, KernelSVM } from '../src/index.ts';

const usage = `pnpm bench:quality [--check] [--json FILE] [--python PROGRAM] [--sets FOLDER]
  --check   exits 1 where a bar is missed
  --json    writes the results to a file
  --python  an interpreter with scikit-learn, for data and references. Default: $PYTHON or python3
  --sets    a folder of sets that peers/quality.py wrote before
The tables are looked for in $KERNEL_METHODS_DATA/tables; without it only scikit-learn's own sets are.`;

/** The mean over all sets may be so far below that of the tuned machine. */
const MEAN_BAR = -0.005;
const LOG_LOSS_BAR = 1.25;
const CALIBRATION_ERROR_BAR = 0.03;

interface Reference {
  readonly name: string;
  readonly regression: boolean;
  readonly x: number[][];
  readonly y: number[];
  readonly numeric: boolean[];
  readonly folds: number[];
  readonly tested: number[];
  readonly score: number;
  readonly logLoss?: number;
}

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    sets: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const made =
    options.sets === undefined ? mkdtempSync(join(tmpdir(), 'bench-quality-')) : undefined;
  try {
    if (made !== undefined && !makeSets(made)) return 2;
    const folder = options.sets ?? (made as string);
    const results = [];
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const result = await measure(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      results.push(result);
      console.log(line(result));
    }
    const mean = results.reduce((sum, { difference }) => sum + difference, 0) / results.length;
    const bars = [
      { what: 'mean difference', value: mean, met: reaches(mean, MEAN_BAR) },
      ...results.flatMap(({ name, logLossRatio: value }) =>
        value === undefined
          ? []
          : [
              {
                what: `log loss on ${name}, times theirs`,
                value,
                met: reaches(LOG_LOSS_BAR, value),
              },
            ],
      ),
      ...results.flatMap(({ name, calibrationError: value }) =>
        name === 'digits' && value !== undefined
          ? [{ what: 'calibration error on digits', value, met: value < CALIBRATION_ERROR_BAR }]
          : [],
      ),
    ];
    for (const { what, value, met } of bars) {
      console.log(`${met ? 'holds ' : 'MISSED'} ${what}: ${value.toFixed(4)}`);
    }
    if (options.json)
      writeFileSync(options.json, `${JSON.stringify({ results, bars }, null, 2)}\n`);
    return options.check && bars.some(({ met }) => !met) ? 1 : 0;
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

/** @returns whether there are any. */
function makeSets(folder: string): boolean {
  const { KERNEL_METHODS_DATA: data } = process.env;
  if (data === undefined) console.error('Skipped: the tables, as KERNEL_METHODS_DATA is not set.');
  const script = new URL('peers/quality.py', import.meta.url).pathname;
  const args = [script, folder, ...(data === undefined ? [] : [join(data, 'tables')])];
  const { status, error } = spawnSync(options.python, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return true;
  console.error(
    `Data and references cannot be had from ${options.python}: ${error?.message ?? `exit status ${status}`}.`,
  );
  return false;
}

/** The default on the folds of a set, as the reference was measured. */
async function measure(set: Reference) {
  const { name, folds, tested, score: reference } = set;
  let seconds = 0;
  let settings: FitSettings | undefined;
  const scores: number[] = [];
  const rows: Probabilities[] = [];
  for (const fold of tested) {
    const train = indicesOf(folds, (other) => other !== fold);
    const test = indicesOf(folds, (other) => other === fold);
    // Tables are coded by hand, numbers standardized beside flags; the other sets are as they are.
    const x = name.startsWith('table-') ? standardized(set, train) : set.x;
    const pick = <T>(of: readonly T[], some: readonly number[]) => some.map((row) => of[row]);
    const model = set.regression ? new KernelRidge() : new KernelSVM();
    const start = performance.now();
    const fitted = await model.fit(pick(x, train), pick(set.y, train));
    seconds += (performance.now() - start) / 1000 / tested.length;
    settings = fitted.settings;
    scores.push(await model.score(pick(x, test), pick(set.y, test)));
    if (set.logLoss !== undefined) {
      const { data } = await model.predictProba(pick(x, test));
      rows.push({ data, truth: pick(set.y, test), classes: model.classes as readonly number[] });
    }
    model.dispose();
  }
  const score = scores.reduce((a, b) => a + b) / scores.length;
  const quality = set.logLoss === undefined ? undefined : probabilityQuality(rows);
  return {
    ...{ name, score, reference, difference: score - reference, seconds, settings },
    ...(quality && {
      ...quality,
      referenceLogLoss: set.logLoss,
      logLossRatio: quality.logLoss / (set.logLoss as number),
    }),
  };
}

function indicesOf(folds: readonly number[], holds: (fold: number) => boolean): number[] {
  return folds.flatMap((fold, row) => (holds(fold) ? [row] : []));
}

function standardized({ x, numeric }: Reference, train: readonly number[]): number[][] {
  const columns = numeric.map((isNumber, j) => {
    if (!isNumber) return { mean: 0, deviation: 1 };
    const mean = train.reduce((sum, row) => sum + x[row][j], 0) / train.length;
    const square = train.reduce((sum, row) => sum + (x[row][j] - mean) ** 2, 0) / train.length;
    return { mean, deviation: Math.sqrt(square) || 1 };
  });
  return x.map((row) => row.map((v, j) => (v - columns[j].mean) / columns[j].deviation));
}

interface Probabilities {
  readonly data: Float32Array;
  readonly truth: readonly number[];
  readonly classes: readonly number[];
}

/** Log loss, and the expected calibration error in ten bins (Guo et al. 2017). */
function probabilityQuality(parts: readonly Probabilities[]) {
  const bins = Array.from({ length: 10 }, () => ({ confidence: 0, hits: 0 }));
  let loss = 0;
  let count = 0;
  for (const { data, truth, classes } of parts) {
    truth.forEach((label, i) => {
      const p = data.subarray(i * classes.length, (i + 1) * classes.length);
      const c = classes.indexOf(label);
      const top = p.indexOf(Math.max(...p));
      loss -= Math.log(Math.max(p[c], 2 ** -52));
      count++;
      const bin = bins[Math.min(9, Math.floor(10 * p[top]))];
      bin.confidence += p[top];
      bin.hits += top === c ? 1 : 0;
    });
  }
  const error = bins.reduce((sum, { confidence, hits }) => sum + Math.abs(confidence - hits), 0);
  return { logLoss: loss / count, calibrationError: error / count };
}

function line(result: Awaited<ReturnType<typeof measure>>): string {
  const { name, score, reference, difference, seconds, settings } = result;
  const { solver, l2, standardize } = settings as FitSettings;
  const parts = [
    name.padEnd(24),
    `${score.toFixed(4)}, theirs ${reference.toFixed(4)}`,
    `${difference < 0 ? '' : '+'}${difference.toFixed(4)}`,
    `${seconds.toFixed(2)} s a fit`,
    `${solver}, l2 ${l2.toExponential(1)}${standardize ? ', standardized' : ''}`,
  ];
  if (result.logLoss !== undefined) {
    parts.push(
      `log loss ${result.logLoss.toFixed(4)}, theirs ${result.referenceLogLoss?.toFixed(4)}`,
    );
    parts.push(`calibration error ${result.calibrationError?.toFixed(4)}`);
  }
  return parts.join('  ');
}
