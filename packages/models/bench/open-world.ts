// Prints how well novelty and rejection find the unknown: the solvers of KernelOneClass on many sets,
// beside scikit-learn's OneClassSVM, and the scores of `rejecting` on CLINC150.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import '../../backend-simd/src/index.ts';
import { KernelOneClass, leverage, mahalanobis, oneClassSvm } from '../src/index.ts';
import { type IntentRow, measureIntents } from './intents.ts';

const usage = `pnpm bench:open-world [--check] [--json FILE] [--python PROGRAM] [--sets FOLDER] [--intents FOLDER] [--million]
  --check    exits with 1 if a bar is missed or cannot be measured
  --json     writes the results to a file
  --python   an interpreter with scikit-learn, for data and references. Default: $PYTHON or python3
  --sets     a folder of sets that peers/open_world.py wrote before
  --intents  only the scores of rejection, on a set of intents of your own in a folder laid out as
             CLINC150's: data_full.json and embeddings-PART.f16, of any width
  --million  a stream of a million rows through KernelOneClass, with its memory
MNIST, CLINC150 and tables are read from $KERNEL_METHODS_DATA.`;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    sets: { type: 'string' },
    intents: { type: 'string' },
    million: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface NoveltySet {
  readonly name: string;
  readonly train: number[][];
  readonly test: number[][];
  readonly y: number[];
  readonly oneClassSvm: number;
}

interface Bar {
  readonly what: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const NU = 0.05;
const solvers = {
  mahalanobis: mahalanobis({ nu: NU }),
  leverage: leverage({ nu: NU }),
  oneClassSvm: oneClassSvm({ nu: NU }),
};

if (options.help) console.log(usage);
else process.exitCode = await main();
process.exit(); // The waiting threads keep the process alive.

async function main(): Promise<number> {
  if (options.million) {
    console.log(JSON.stringify(await million()));
    return 0;
  }
  if (options.intents !== undefined) {
    const set = basename(resolve(options.intents));
    const rejection = await measureIntents(options.intents, (row) => tellIntents(set, row));
    if (options.json) writeFileSync(options.json, `${JSON.stringify({ rejection }, null, 2)}\n`);
    return 0;
  }
  const made =
    options.sets === undefined ? mkdtempSync(join(tmpdir(), 'bench-open-world-')) : undefined;
  try {
    if (made !== undefined && !makeSets(made)) return 2;
    const folder = options.sets ?? (made as string);
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const read = (file: string) =>
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as NoveltySet;
    const novelty: NoveltyRow[] = [];
    console.log(
      ['AUROC'.padEnd(16), ...Object.keys(solvers), "scikit-learn's, gaussian"].join('  '),
    );
    for (const file of files) {
      const row = await noveltyRow(read(file));
      novelty.push(row);
      console.log(noveltyLine(row));
    }
    const mean = (pick: (row: NoveltyRow) => number) =>
      novelty.reduce((sum, row) => sum + pick(row), 0) / novelty.length;
    const means = Object.fromEntries(
      Object.keys(solvers).map((name) => [name, mean((row) => row.auroc[name])]),
    );
    console.log(
      `mean             ${Object.values(means)
        .map((v) => v.toFixed(4))
        .join('  ')}\n`,
    );
    const clinc = await clinc150();
    const best = Object.entries(means).sort((a, b) => b[1] - a[1])[0][1];
    const bars: Bar[] = [
      { what: 'sets of novelty', value: novelty.length, atLeast: 6 },
      {
        what: 'mean AUROC of the default below that of the best',
        value: best - means.mahalanobis,
        atMost: 0.002,
      },
      {
        what: 'false alarms of the default, the mean, from nu',
        value: Math.abs(mean((row) => row.falseAlarms) - NU),
        atMost: 0.02,
      },
      ...clinc.bars,
    ];
    for (const bar of bars) {
      console.log(`${isMet(bar) ? 'holds ' : 'MISSED'} ${bar.what}: ${bar.value.toFixed(4)}`);
    }
    const results = { novelty, means, rejection: clinc.rows, bars };
    if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
    return options.check && (clinc.rows.length === 0 || !bars.every(isMet)) ? 1 : 0;
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

function isMet({ value, atLeast, atMost }: Bar): boolean {
  return (
    value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY)
  );
}

/** @returns whether there are any. */
function makeSets(folder: string): boolean {
  const { KERNEL_METHODS_DATA: data } = process.env;
  if (data === undefined)
    console.error("Skipped: all but scikit-learn's own sets, as KERNEL_METHODS_DATA is not set.");
  const script = join(import.meta.dirname, 'peers', 'open_world.py');
  const args = [script, folder, ...(data === undefined ? [] : [data])];
  const { status, error } = spawnSync(options.python, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return true;
  console.error(
    `Data cannot be had from ${options.python}: ${error?.message ?? `exit status ${status}`}.`,
  );
  return false;
}

type NoveltyRow = Awaited<ReturnType<typeof noveltyRow>>;

async function noveltyRow({ name, train, test, y, oneClassSvm: reference }: NoveltySet) {
  const auroc: Record<string, number> = {};
  let falseAlarms = Number.NaN;
  for (const [solver, made] of Object.entries(solvers)) {
    const model = new KernelOneClass({ solver: made, outputDim: 1024, standardize: false });
    await model.fit(train);
    const found = await model.evaluate(test, y);
    auroc[solver] = found.auroc;
    if (solver === 'mahalanobis') falseAlarms = found.falseAlarms;
    model.dispose();
  }
  return { name, rows: train.length, auroc, reference, falseAlarms };
}

function noveltyLine({ name, auroc, reference, falseAlarms, rows }: NoveltyRow): string {
  return [
    name.padEnd(16),
    ...Object.values(auroc).map((value) => value.toFixed(4)),
    reference.toFixed(4),
    `false alarms ${falseAlarms.toFixed(3)}, ${rows} rows`,
  ].join('  ');
}

/** The scores on CLINC150's embeddings, and the bars that the first of them is to meet. */
async function clinc150(): Promise<{ rows: IntentRow[]; bars: Bar[] }> {
  const folder = join(process.env.KERNEL_METHODS_DATA ?? '', 'clinc150');
  if (!existsSync(folder)) {
    console.log('Skipped: CLINC150, as $KERNEL_METHODS_DATA/clinc150 is not there.');
    return { rows: [], bars: [] };
  }
  const rows = await measureIntents(folder, (row) => tellIntents('clinc150', row));
  const [first] = rows;
  return {
    rows,
    bars: [
      { what: 'CLINC150: mean of accuracy and recall', value: first.mean, atLeast: 0.915 },
      { what: 'CLINC150: AUROC', value: first.auroc, atLeast: 0.972 },
      { what: 'CLINC150: seconds to fit', value: first.seconds, atMost: 5 },
      { what: 'CLINC150: milliseconds a row', value: first.milliseconds, atMost: 0.3 },
    ],
  };
}

/** Prints what a score does on a set of intents. */
function tellIntents(set: string, row: IntentRow): void {
  const { name, mean, accuracy, recall, auroc, meanRisk, seconds, milliseconds } = row;
  const parts = [accuracy, recall].map((value) => value.toFixed(4)).join(', ');
  console.log(
    `${set} ${name.padEnd(20)} mean ${mean.toFixed(4)} (${parts})  AUROC ${auroc.toFixed(4)}  mean risk ${meanRisk.toFixed(4)}  ${seconds.toFixed(1)} s  ${milliseconds.toFixed(3)} ms a row`,
  );
}

/** A stream of a million rows, of which none is kept. */
async function million() {
  const [rows, width, size] = [1_000_000, 16, 4000];
  async function* batches() {
    let state = 1;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return (state >>> 8) / 2 ** 24 - 0.5;
    };
    for (let from = 0; from < rows; from += size) {
      yield { data: Float32Array.from({ length: size * width }, next), shape: [size, width] };
    }
  }
  const model = new KernelOneClass({ outputDim: 512 });
  const start = performance.now();
  await model.fit(batches());
  const seconds = (performance.now() - start) / 1000;
  const found = await model.predict((await batches().next()).value!);
  const alarms = found.filter((sign) => sign < 0).length / found.length;
  model.dispose();
  return { rows, seconds, alarms, megabytes: process.resourceUsage().maxRSS / 1024 };
}
