/**
 * A race of solvers on MNIST with 4,096 gaussian features: seconds to reach a test accuracy, and an
 * objective 0.1 % above the best that any of them found.
 *
 *   node --conditions=@kernel-methods/source packages/models/bench/race.ts [--seconds 15] [--l2 1e-4]
 *     [--rows 60000] [--loss squaredHinge] [--solver adam]
 *
 * Features are computed once and shared. The seconds are those of `solve` alone: neither features
 * nor the measuring of accuracy and objective are in them. Mini-batch solvers are measured after
 * 12,000 rows or some of them, direct at its end and newton after each iteration.
 */
import { parseArgs } from 'node:util';
import { type Loss, losses } from '@kernel-methods/losses';
import type { Head } from '../src/data/head.ts';
import { simdNumerics } from '../src/numerics/simd-numerics.ts';
import { adam } from '../src/solvers/adam.ts';
import { direct } from '../src/solvers/direct.ts';
import { eigenpro } from '../src/solvers/eigenpro/eigenpro.ts';
import { newton } from '../src/solvers/newton/newton.ts';
import { sgd } from '../src/solvers/sgd.ts';
import type { Solver } from '../src/solvers/solver.ts';
import { Tally } from '../src/solvers/tally.ts';
import { digits, examplesOf } from './race-data.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    l2: { type: 'string', default: '1e-4' },
    rows: { type: 'string', default: '60000' },
    loss: { type: 'string', multiple: true },
    solver: { type: 'string', multiple: true },
  },
});
const contestants: Record<string, { solver: Solver; every?: number }> = {
  adam: { solver: adam(), every: 12_000 },
  sgd: { solver: sgd({ momentum: 0 }), every: 12_000 },
  'sgd, momentum 0.9': { solver: sgd({ momentum: 0.9 }), every: 12_000 },
  eigenpro: { solver: eigenpro(), every: 12_000 },
  direct: { solver: direct() },
  newton: { solver: newton() },
};
const names = ['meanSquaredError', 'squaredHinge', 'softmaxCrossEntropy'];
const L2 = Number(options.l2);
const ACCURACIES = [0.96, 0.97, 0.975];

/** The progress of a solver after a number of seconds. */
interface Mark {
  readonly seconds: number;
  readonly accuracy: number;
  readonly objective: number;
}

const numerics = simdNumerics();
const shape = { width: 4096, scale: 7, rows: Number(options.rows) };
const training = await digits(numerics, 'train', shape);
const test = await digits(numerics, 'test', shape);

for (const name of options.loss ?? names) {
  const loss = losses.find((some) => some.name === name) as Loss;
  const runs = new Map<string, Mark[]>();
  for (const [who, contestant] of Object.entries(contestants)) {
    if (options.solver && !options.solver.includes(who)) continue;
    if (contestant.solver.refuses?.(loss) !== undefined) continue;
    runs.set(who, await run(loss, contestant));
  }
  print(name, runs);
}
process.exit(0);

async function run(loss: Loss, { solver, every }: (typeof contestants)[string]): Promise<Mark[]> {
  const [units, width] = [10, training.z.columns];
  const rows = Math.min(every ?? training.labels.length, training.labels.length);
  const head = { weights: new Float32Array(units * width), bias: new Float32Array(units) };
  const marks: Mark[] = [];
  let paused = 0;
  let next = 0;
  const start = performance.now();
  const mark = async (now: Head) => {
    const at = performance.now();
    const seconds = (at - start - paused) / 1000;
    if (seconds < next) return undefined;
    next = 1.1 * seconds + 0.1;
    const { accuracy = 0 } = await means(test, loss, now);
    const fitted = await means(training, loss, now);
    const norm = now.weights.reduce((sum, weight) => sum + weight * weight, 0);
    marks.push({ seconds, accuracy, objective: (fitted.loss ?? 0) + (L2 / 2) * norm });
    paused += performance.now() - at;
    return seconds > Number(options.seconds) ? 'time' : undefined;
  };
  const solution = await solver.solve(
    { training: examplesOf(training, loss, rows), loss, l2: L2, head, classify: true },
    {
      numerics,
      seed: 0,
      epochs: every === undefined ? 100 : 10_000,
      batchSize: 128,
      signal: new AbortController().signal,
      onEpochEnd: async (_, now) => mark(await now()),
    },
  );
  solution.state?.dispose();
  next = 0;
  await mark(head);
  return marks;
}

async function means(data: typeof training, loss: Loss, { weights, bias }: Head) {
  const tally = new Tally(loss, true);
  const w = numerics.matrix(weights, bias.length, data.z.columns);
  const b = numerics.matrix(bias, 1, bias.length);
  for await (const { z, picked, targets } of examplesOf(data, loss).chunks()) {
    const predictions = await numerics.scores(z, picked, w, b);
    tally.add({ targets, predictions, units: bias.length });
  }
  w.dispose();
  b.dispose();
  return tally.means;
}

function print(name: string, runs: Map<string, Mark[]>): void {
  const best = Math.min(...[...runs.values()].flat().map(({ objective }) => objective));
  const first = (marks: Mark[], reached: (mark: Mark) => boolean) =>
    marks.find(reached)?.seconds.toFixed(1) ?? '-';
  const targets = [...ACCURACIES.map((accuracy) => accuracy.toFixed(3)), 'best + 0.1 %'];
  console.log(`\n${name}, l2 = ${L2}, best objective ${best.toPrecision(5)}\n`);
  console.log(`| solver | ${targets.join(' | ')} | at its end: seconds | accuracy | objective |`);
  console.log(`|---|${'---|'.repeat(targets.length + 3)}`);
  for (const [who, marks] of runs) {
    const cells = [
      who,
      ...ACCURACIES.map((least) => first(marks, ({ accuracy }) => accuracy >= least)),
      first(marks, ({ objective }) => objective <= 1.001 * best),
      marks[marks.length - 1].seconds.toFixed(1),
      marks[marks.length - 1].accuracy.toFixed(4),
      `best + ${(100 * (marks[marks.length - 1].objective / best - 1)).toFixed(2)} %`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
