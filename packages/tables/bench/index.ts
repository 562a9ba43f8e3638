// Times readCsv beside pandas, danfo.js and what parsers of CSV take for strings alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reaches } from '../../simd/bench/measure.ts';
import { writeFiles } from './files.ts';
import { readersOf, type Timing, timeReaders } from './run.ts';

const usage = `pnpm bench:tables [--check] [--json FILE] [--only TEXT] [--megabytes N] [--python PATH] [--danfo FOLDER]
  --check      exits 1 where a bar is missed; it needs --python and --danfo
  --json       writes the results to a file
  --only       files whose name holds this text: numbers, mixed, quoted
  --megabytes  of each file. Default 50
  --rounds     processes of each reader. Default 3
  --python     a Python with pandas
  --danfo      a folder where danfojs-node is installed`;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string', default: '' },
    megabytes: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string' },
    danfo: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exitCode = await main();

interface Bar {
  file: string;
  name: string;
  value: number;
  bar: number;
  met: boolean;
}

async function main(): Promise<number> {
  const { check, json, only, megabytes, rounds, python, danfo } = options;
  if (check && !(python && danfo)) {
    console.error('--check needs --python and --danfo: the bars are theirs.');
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-tables-'));
  try {
    const timings: Timing[] = [];
    for (const file of writeFiles(folder, Number(megabytes) * 1e6, only)) {
      const found = await timeReaders(file, readersOf({ python, danfo }), Number(rounds));
      console.log(`\n${file.name}, ${(file.bytes / 1e6).toFixed(0)} MB, ${found[0].rows} rows`);
      for (const { reader, seconds, version = '', megabytes: held } of found) {
        const speed = `${(file.bytes / 1e6 / seconds).toFixed(0)} MB/s`;
        const memory = held ? `, ${held} MB held` : '';
        console.log(
          `  ${`${reader} ${version}`.padEnd(26)} ${seconds.toFixed(3)} s  ${speed}${memory}`,
        );
      }
      timings.push(...found);
    }
    const bars = judge(timings);
    for (const { file, name, value, bar, met } of bars) {
      console.log(
        `${met ? 'met   ' : 'MISSED'} ${file}: ${name} ${value.toFixed(2)} (at most ${bar})`,
      );
    }
    if (json) {
      const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
      writeFileSync(json, `${JSON.stringify({ machine, timings, bars }, null, 2)}\n`);
    }
    return check && bars.some(({ met }) => !met) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(timings: readonly Timing[]): Bar[] {
  const files = [...new Set(timings.map(({ file }) => file))];
  return files.flatMap((file) => {
    const secondsOf = (reader: string) =>
      timings.find((one) => one.file === file && one.reader === reader)?.seconds;
    const own = secondsOf('readCsv')!;
    const peers = [
      { reader: 'pandas', bar: 3 },
      { reader: 'danfo.js', bar: 1 },
    ];
    return peers.flatMap(({ reader, bar }) => {
      const seconds = secondsOf(reader);
      if (seconds === undefined) return [];
      const value = own / seconds;
      return [{ file, name: `seconds / ${reader}'s`, value, bar, met: reaches(bar, value) }];
    });
  });
}
