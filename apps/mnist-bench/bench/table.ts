// Kernels × losses × seeds on MNIST, as the README shows them, each run in a process of its own.
// node --conditions=@kernel-methods/source apps/mnist-bench/bench/table.ts [--seeds 3]
// With --variants fast,best,limit instead: what these variants reach, and in how many seconds.
// With --scales 100,150 instead: the validation accuracy of the laplacian kernel at those scales.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchReport } from '../src/run/report.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mnist-table-'));

const losses = {
  hinge: ['--loss', 'hinge', '--solver', 'adam'],
  logistic: ['--loss', 'logistic', '--solver', 'adam'],
  squared: ['--loss', 'mse', '--solver', 'direct'],
};

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    scales: { type: 'string' },
    variants: { type: 'string' },
  },
});
const seeds = Number(values.seeds);
try {
  if (values.scales !== undefined) scales(values.scales.split(','));
  else if (values.variants !== undefined) variants(values.variants.split(','));
  else table();
} finally {
  rmSync(folder, { recursive: true });
}

function scales(list: readonly string[]): void {
  console.log('| kernel | scale | loss | validation accuracy |\n| --- | --- | --- | --- |');
  for (const scale of list) {
    for (const [loss, args] of Object.entries(losses)) {
      const { valAccuracyLast5 } = run(['--kernel', 'laplacian', '--scale', scale, ...args]);
      console.log(`| laplacian | ${scale} | ${loss} | ${shown([valAccuracyLast5])} |`);
    }
  }
}

function variants(names: readonly string[]): void {
  console.log(
    '| variant | test accuracy | lowest | seconds, whole process | peak memory |\n| --- | --- | --- | --- | --- |',
  );
  for (const name of names) {
    const reports = Array.from({ length: seeds }, (_, seed) =>
      run(['--variant', name, '--seed', `${seed}`]),
    );
    const accuracies = reports.map((report) => report.testAccuracy ?? 0);
    const memory = Math.max(...reports.map((report) => report.peakMemory)) / 1e6;
    console.log(
      `| ${name} | ${shown(accuracies)} | ${Math.min(...accuracies).toFixed(4)} | ${median(reports)} | ${memory.toFixed(0)} MB |`,
    );
  }
}

function table(): void {
  console.log(
    '| kernel | scale | loss | solver | validation accuracy | test accuracy | seconds |\n| --- | --- | --- | --- | --- | --- | --- |',
  );
  for (const kernel of ['gaussian', 'laplacian']) {
    for (const [loss, args] of Object.entries(losses)) {
      const reports = Array.from({ length: seeds }, (_, seed) =>
        run(['--kernel', kernel, '--seed', `${seed}`, ...args]),
      );
      const { scale, solver } = reports[0].config;
      const validation = shown(reports.map((report) => report.valAccuracyLast5));
      const test = shown(reports.map((report) => report.testAccuracy));
      console.log(
        `| ${kernel} | ${scale} | ${loss} | ${solver} | ${validation} | ${test} | ${median(reports)} |`,
      );
    }
  }
}

/** Of the whole processes' seconds. */
function median(reports: readonly BenchReport[]): string {
  const seconds = reports.map(({ seconds }) => seconds.total ?? 0).sort((a, b) => a - b);
  return seconds[seconds.length >> 1].toFixed(1);
}

/** Mean ± standard deviation; the number alone where there is one. */
function shown(numbers: readonly (number | null)[]): string {
  const known = numbers.filter((number) => number !== null);
  if (known.length === 0) return '';
  const mean = known.reduce((sum, number) => sum + number, 0) / known.length;
  if (known.length === 1) return mean.toFixed(4);
  const squares = known.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  return `${mean.toFixed(4)} ± ${Math.sqrt(squares / (known.length - 1)).toFixed(4)}`;
}

function run(args: readonly string[]): BenchReport {
  const json = join(folder, 'report.json');
  const { status, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, main, '--dataset', 'mnist', '--json', json, ...args],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return JSON.parse(readFileSync(json, 'utf8')) as BenchReport;
}
