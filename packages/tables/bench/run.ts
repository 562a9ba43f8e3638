import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchFile } from './files.ts';

/** Seconds of the fastest round of a reader on a file. */
export interface Timing {
  reader: string;
  file: string;
  rows: number;
  seconds: number;
  version?: string;
  /** The most memory that was held between two batches. */
  megabytes?: number;
}

export interface Reader {
  name: string;
  command: (path: string, rounds: number) => string[];
}

const programs = join(import.meta.dirname, 'programs');
const node = [process.execPath, '--conditions=@kernel-methods/source'];

export function readersOf({ python, danfo }: { python?: string; danfo?: string }): Reader[] {
  const own = ['readCsv', 'batches'].map((name) => ({
    name: name === 'batches' ? 'readCsv.batches' : name,
    command: (path: string, rounds: number) => [
      ...node,
      join(programs, 'ours.ts'),
      name,
      path,
      `${rounds}`,
    ],
  }));
  const parsers = ['papaparse', 'udsv', 'csv-parse'].map((name) => ({
    name: `${name}, strings only`,
    command: (path: string, rounds: number) => [
      ...node,
      join(programs, 'parsers.ts'),
      name,
      path,
      `${rounds}`,
    ],
  }));
  const peers: Reader[] = [];
  if (python) {
    const program = join(programs, 'pandas_read.py');
    peers.push({ name: 'pandas', command: (path, rounds) => [python, program, path, `${rounds}`] });
  }
  if (danfo) {
    const program = join(programs, 'danfo-read.js');
    peers.push({
      name: 'danfo.js',
      command: (path, rounds) => [...node, program, danfo, path, `${rounds}`],
    });
  }
  return [...own, ...peers, ...parsers];
}

/** The fastest of `rounds` readings: each process reads twice, and processes of all readers take turns. */
export async function timeReaders(
  file: BenchFile,
  readers: readonly Reader[],
  rounds: number,
): Promise<Timing[]> {
  const best = new Map<string, Timing>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, command } of readers) {
      const [program, ...args] = command(file.path, 3);
      const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1 << 28 });
      const { seconds, rows, version, megabytes } = JSON.parse(
        stdout.trimEnd().split('\n').at(-1)!,
      );
      const least = Math.min(...seconds, best.get(name)?.seconds ?? Infinity);
      best.set(name, {
        reader: name,
        file: file.name,
        rows,
        seconds: least,
        ...(version ? { version } : {}),
        megabytes,
      });
    }
  }
  return [...best.values()];
}
