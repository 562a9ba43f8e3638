import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { medianOf } from '@kernel-methods/report';
import { writeJson } from '@kernel-methods/runner';
import { commandOf } from '../src/comparison/command.ts';
import { estimate } from '../src/estimate/estimate.ts';
import { measureMachine } from '../src/estimate/machine.ts';
import { parse } from '../src/options/parse.ts';
import type { Message } from '../src/records/messages.ts';
import type { BenchReport } from '../src/records/run-record.ts';

// How near `--dry-run` comes: estimated over measured time and memory, of a spread of runs on MNIST.
// node --conditions=@kernel-methods/source --experimental-wasm-revectorize apps/mnist-bench/bench/estimates.ts [--rounds 3] [--only TEXT] [--json FILE] [--check]
// The machine is measured before and after each run, as others may use it too; --check exits 1 where
// a ratio is not within 0.5 and 2.

const cases = [
  '--output-dim 512 --epochs 3',
  '--output-dim 4096 --epochs 3',
  '--output-dim 1024 --loss mse --solver direct',
  '--output-dim 4096 --loss mse --solver direct --l2 1e-6',
  '--output-dim 1024 --loss mse --solver direct --map orf',
  '--output-dim 1024 --loss mse --solver direct --map sorf',
  '--output-dim 1024 --loss mse --solver direct --map nystroem',
  '--output-dim 1024 --solver eigenpro --loss logistic --epochs 2',
  '--output-dim 512 --solver newton --loss squared-hinge',
  '--output-dim 256 --solver newton --loss logistic',
  '--output-dim 512 --solver fit --epochs 1',
  '--variant fast',
  '--output-dim 256 --epochs 2 --backend wasm',
  '--output-dim 64 --epochs 1 --rows 2000 --backend cpu',
];
const [least, most] = [0.5, 2];

interface Ratios {
  readonly options: string;
  /** Medians over the rounds; ratios are estimated / measured. */
  readonly seconds: { readonly measured: number; readonly ratio: number };
  readonly memory: { readonly measured: number; readonly ratio: number };
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});

const results: Ratios[] = [];
console.log('| options | seconds | estimated / measured | memory | estimated / measured |');
console.log('| --- | --- | --- | --- | --- |');
for (const options of cases.filter((text) => text.includes(values.only))) {
  const result = await ratiosOf(options);
  results.push(result);
  const { seconds, memory } = result;
  console.log(
    `| ${options} | ${seconds.measured.toFixed(1)} | ${seconds.ratio.toFixed(2)} | ${(memory.measured / 1e6).toFixed(0)} MB | ${memory.ratio.toFixed(2)} |`,
  );
}
if (values.json !== undefined) {
  const machine = { cpu: cpus()[0].model.trim(), cores: cpus().length, memory: totalmem() };
  writeJson(values.json, { machine, rounds: Number(values.rounds), results });
}
const isOff = (ratio: number) => !(ratio >= least && ratio <= most);
const wrong = results.filter(({ seconds, memory }) => isOff(seconds.ratio) || isOff(memory.ratio));
for (const { options } of wrong) console.log(`not within ${least} and ${most}: ${options}`);
if (values.check && wrong.length > 0) process.exitCode = 1;

async function ratiosOf(options: string): Promise<Ratios> {
  const { config } = parse(['--dataset', 'mnist', ...options.split(' ')]);
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const before = estimate(config, await measureMachine());
    const start = performance.now();
    const { peakMemory } = run(config);
    const seconds = (performance.now() - start) / 1000;
    const after = estimate(config, await measureMachine());
    rounds.push({
      ...{ seconds, memory: peakMemory },
      secondsRatio: (before.seconds + after.seconds) / 2 / seconds,
      memoryRatio: after.memory / peakMemory,
    });
  }
  return {
    options,
    seconds: {
      measured: medianOf(rounds.map(({ seconds }) => seconds)),
      ratio: medianOf(rounds.map(({ secondsRatio }) => secondsRatio)),
    },
    memory: {
      measured: medianOf(rounds.map(({ memory }) => memory)),
      ratio: medianOf(rounds.map(({ memoryRatio }) => memoryRatio)),
    },
  };
}

function run(config: Parameters<typeof commandOf>[0]): BenchReport {
  const { file, args } = commandOf(config);
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const lines = stdout.trim().split('\n');
  const last = JSON.parse(lines[lines.length - 1] || '{}') as Message;
  if (last.type !== 'report') throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return last.report as BenchReport;
}
