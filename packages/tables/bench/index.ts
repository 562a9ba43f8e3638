// Measures the reading of CSV, models of tables beside scikit-learn's, and memory over a large file.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import '../../backend-simd/src/index.ts';
import { reaches } from '../../simd/bench/measure.ts';
import type { Bar } from './bar.ts';
import { tableNames } from './quality/known-table.ts';
import { measureQuality, type Quality } from './quality/measure.ts';
import { adultBars, markdownOf, qualityBars, qualityLine } from './quality/report.ts';
import { timeReading } from './reading.ts';

const usage = `pnpm bench:tables [--check] [--json FILE] [--only TEXT] [--megabytes N] [--python PATH] [--danfo FOLDER] [--sklearn PATH] [--peers FILE] [--tables FOLDER] [--seconds N] [--large GIGABYTES]
  --check      exits 1 where a bar is missed; it needs --python and --danfo
  --json       writes the results to a file; what is not measured stays as the file has it
  --only       files and tables whose name holds this text: numbers, mixed, quoted, adult, …
  --megabytes  of each file that is read. Default 50; 0 reads none
  --rounds     processes of each reader. Default 3
  --python     a Python with pandas
  --danfo      a folder where danfojs-node is installed
  --sklearn    a Python with scikit-learn: its scores are then measured, not taken from references.json
  --peers      keeps what --sklearn measures in this file, and takes it from there the next time
  --seconds    for the search on each table, as --time of the command's fit. Default 60
  --tables     a folder of tables. Default: tables in $KERNEL_METHODS_DATA
  --large      also fits a model to a CSV of so many gigabytes, made while it is read`;

/** Megabytes of the process that fits a stream, however long the stream is. */
const MEMORY = 700;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string', default: '' },
    megabytes: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string' },
    danfo: { type: 'string' },
    sklearn: { type: 'string' },
    peers: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    tables: { type: 'string', default: join(process.env.KERNEL_METHODS_DATA ?? '', 'tables') },
    large: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exit(await main()); // Threads wait for more.

async function main(): Promise<number> {
  const { check, json, only, python, danfo, sklearn, peers, tables, large } = options;
  const [megabytes, rounds] = [Number(options.megabytes), Number(options.rounds)];
  if (check && megabytes > 0 && !(python && danfo)) {
    console.error('--check needs --python and --danfo: the bars are theirs.');
    return 1;
  }
  const bars: Bar[] = [];
  const results: Record<string, unknown> = {
    machine: { cpu: cpus()[0].model, cores: cpus().length, node: process.version },
  };
  if (megabytes > 0) {
    const { timings, bars: own } = await timeReading({ only, megabytes, rounds, python, danfo });
    results.timings = timings;
    bars.push(...own);
  }
  const qualities: Quality[] = [];
  for (const name of tableNames(tables).filter((one) => one.includes(only))) {
    const quality = await measureQuality(name, {
      ...{ folder: tables, seconds: Number(options.seconds) },
      ...(sklearn !== undefined && { python: sklearn }),
      ...(peers !== undefined && { peers }),
    });
    qualities.push(quality);
    console.log(qualityLine(quality));
    if (name !== 'adult') continue;
    const adult = await runOwn<{ seconds: number; score: number }>('quality/adult.ts', [
      tables,
      name,
    ]);
    console.log(`  from file to saved model: ${adult.seconds.toFixed(1)} s, ${adult.score}`);
    results.adult = adult;
    bars.push(...adultBars(adult, quality));
  }
  if (qualities.length > 0) {
    results.tables = qualities;
    console.log(`\n${markdownOf(qualities)}\n`);
  }
  bars.push(...qualityBars(qualities));
  if (large !== undefined) {
    const parts = await runOwn<object>('programs/parts.ts', ['20']);
    console.log(`MB/s of the main thread: ${JSON.stringify(parts)}`);
    const found = await runOwn<{ megabytes: number }>('programs/large.ts', [large]);
    results.large = { gigabytes: Number(large), ...found, megabytesPerSecond: parts };
    console.log(`${large} GB: ${JSON.stringify(found)}`);
    const { megabytes: value } = found;
    const name = 'megabytes at most';
    bars.push({ row: `${large} GB`, name, value, atMost: MEMORY, met: reaches(MEMORY, value) });
  }
  for (const { row, name, value, atMost, atLeast, met } of bars) {
    const limit =
      atMost !== undefined ? `at most ${atMost.toFixed(4)}` : `at least ${atLeast!.toFixed(4)}`;
    console.log(`${met ? 'met   ' : 'MISSED'} ${row}: ${name} ${value.toFixed(4)} (${limit})`);
  }
  if (json) writeResults(json, results, bars);
  return check && bars.some(({ met }) => !met) ? 1 : 0;
}

function writeResults(path: string, results: object, bars: readonly Bar[]): void {
  const before = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const isKept = ({ row, name }: Bar) => !bars.some((bar) => bar.row === row && bar.name === name);
  const all = [...((before.bars ?? []) as Bar[]).filter(isKept), ...bars];
  writeFileSync(path, `${JSON.stringify({ ...before, ...results, bars: all }, null, 2)}\n`);
}

async function runOwn<T>(program: string, args: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@kernel-methods/source',
    join(import.meta.dirname, program),
    ...args,
  ]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T;
}
