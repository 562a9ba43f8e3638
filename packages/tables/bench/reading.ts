import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reaches } from '../../simd/bench/measure.ts';
import type { Bar } from './bar.ts';
import { writeFiles } from './files.ts';
import { readersOf, type Timing, timeReaders } from './run.ts';

export interface ReadingOptions {
  readonly only: string;
  readonly megabytes: number;
  readonly rounds: number;
  readonly python?: string;
  readonly danfo?: string;
}

/** Times readCsv beside pandas, danfo.js and what parsers of CSV take for strings alone. */
export async function timeReading(
  options: ReadingOptions,
): Promise<{ timings: Timing[]; bars: Bar[] }> {
  const { only, megabytes, rounds, python, danfo } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bench-tables-'));
  try {
    const timings: Timing[] = [];
    for (const file of writeFiles(folder, megabytes * 1e6, only)) {
      const found = await timeReaders(file, readersOf({ python, danfo }), rounds);
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
    return { timings, bars: judge(timings) };
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
      return [
        { row: file, name: `seconds / ${reader}'s`, value, atMost: bar, met: reaches(bar, value) },
      ];
    });
  });
}
