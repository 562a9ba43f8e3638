// Prints how fast the estimators are on MNIST against Keras, scikit-learn and libsvm-js, in one run:
// the contestants of a row take turns, each as a process of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DatasetError, loadMnist } from '@kernel-methods/datasets';
import { Simd } from '@kernel-methods/simd';
import { LEAST_TURNS } from '../../simd/bench/measure.ts';
import { describe, writeResults } from '../../simd/bench/report.ts';
import { writeTable } from '../../simd/bench/table.ts';
import { compete, type Outcome } from './compete.ts';
import type { Contest, Lab } from './contest.ts';
import { direct } from './contests/direct.ts';
import { libsvm } from './contests/libsvm.ts';
import { newton } from './contests/newton.ts';
import { predict } from './contests/predict.ts';
import { presets } from './contests/presets.ts';
import { seed } from './contests/seed.ts';
import { selection } from './contests/selection.ts';

const usage = `pnpm bench:models [--check] [--json FILE] [--python PROGRAM] [--only TEXT] [--rounds N] [--seconds N] [--readme] [--quick] [--narrow]
  --check   exits with 1 if a bar or a claim is missed or cannot be measured
  --json    writes the results to a file
  --python  an interpreter with scikit-learn and TensorFlow. Default: $PYTHON or python3
  --only    rows whose name holds this text, as 'seed:', 'direct:', 'newton:', 'libsvm-js:', 'predict:', 'selection:', 'fast:'
  --rounds  how often each contestant has its turn, in rotation. Default: 5; the least but with --quick: 3
  --seconds a contestant that has used so many in a row gets no further turn. Default: no limit
  --readme  writes the table into the package's README; not with --only or --quick
  --narrow  our programs without V8's flag for 256-bit vectors, as npm start sets it
  --quick   a small run, to see that everything works; not with --check
MNIST is looked for in $KERNEL_METHODS_DATA, in the user's cache, and downloaded at last.`;

const readmeFile = new URL('../README.md', import.meta.url);

const contests: readonly Contest[] = [
  ...[seed, direct, newton, ...libsvm, predict, selection],
  ...presets,
];

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: 'Infinity' },
    readme: { type: 'boolean', default: false },
    narrow: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const { check, json, quick, readme } = options;
  if (check && quick) return refuse('--check holds of the whole work: leave --quick out.');
  const rounds = Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < (quick ? 1 : LEAST_TURNS)) {
    return refuse(
      `--rounds must be a whole number, ${LEAST_TURNS} or above. Received: ${options.rounds}.`,
    );
  }
  const seconds = Number(options.seconds);
  if (!(seconds > 0)) {
    return refuse(`--seconds must be a number above 0. Received: ${options.seconds}.`);
  }
  if (readme && (quick || options.only !== '')) {
    return refuse('--readme writes the whole table: leave --only and --quick out.');
  }
  const data = await mnistFolder();
  if (data === undefined) return refuse('These rows are on MNIST, which cannot be had here.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-models-'));
  const { python, narrow } = options;
  const lab: Lab = { python, data, folder, quick, wide: !narrow, native: hasNative() };
  if (quick) console.log('QUICK: made small to see that it runs; the figures say nothing.\n');
  const outcomes: Outcome[] = [];
  try {
    for (const contest of contests.filter(({ name }) => name.includes(options.only))) {
      const outcome = await compete(contest, lab, rounds, console.error, seconds);
      outcomes.push(outcome);
      console.log([describe(outcome).trimEnd(), ...outcome.claims.map(claimLine), ''].join('\n'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (json) writeResults(json, outcomes);
  if (readme) writeTable(readmeFile, outcomes);
  const verdicts = outcomes.flatMap(({ bars, claims }) => [...bars, ...claims]);
  return check && verdicts.some(({ met }) => !met) ? 1 : 0;
}

function hasNative(): boolean {
  try {
    new Simd({ engine: 'native' }).dispose();
    return true;
  } catch {
    return false;
  }
}

async function mnistFolder(): Promise<string | undefined> {
  try {
    const [train] = await Promise.all([
      loadMnist({ split: 'train' }),
      loadMnist({ split: 'test' }),
    ]);
    return dirname(train.origin.files[0].location);
  } catch (error) {
    if (error instanceof DatasetError) return undefined;
    throw error;
  }
}

function claimLine({ what, atLeast, atMost, value, met }: Outcome['claims'][number]): string {
  const limits = [
    atLeast !== undefined && `at least ${atLeast}`,
    atMost !== undefined && `at most ${atMost}`,
  ];
  const got = Number.isFinite(value) ? value?.toPrecision(5) : 'not measured';
  return `  ${met ? 'holds ' : 'MISSED'} ${what}: ${got}, ${limits.filter(Boolean).join(', ')}`;
}

function refuse(line: string): number {
  console.error(line);
  return 2;
}
