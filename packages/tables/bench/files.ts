import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '@kernel-methods/random';

/** A CSV file that the readers are timed on. */
export interface BenchFile {
  name: string;
  path: string;
  bytes: number;
}

const makers: Record<string, (random: Random) => string> = {
  /** Numbers of six digits. */
  numbers: (random) => Array.from({ length: 10 }, () => random.normal().toFixed(6)).join(','),
  /** Numbers, categories and blanks, as most tables are. */
  mixed: (random) =>
    [
      random.integer(90),
      pick(random, ['Private', 'Self-employed', 'Local-gov', 'State-gov', '']),
      random.integer(1_000_000),
      pick(random, ['Bachelors', 'HS-grad', 'Masters', 'Some-college', 'Doctorate']),
      (random.uniform() * 1000).toFixed(2),
      pick(random, ['Married', 'Never-married', 'Divorced', 'Widowed']),
      random.uniform() < 0.1 ? 'NA' : random.integer(20),
      `id${random.integer(5000)}`,
      pick(random, ['true', 'false']),
      pick(random, ['low', 'high']),
    ].join(','),
  /** Every other field in quotes, some with separators and quotes inside. */
  quoted: (random) =>
    [
      random.integer(1000),
      `"${pick(random, ['Oslo, NO', 'Bergen, NO', 'Malmö, SE'])}"`,
      random.normal().toFixed(3),
      `"${pick(random, ['the ""best"" one', 'plain', 'last'])}"`,
      random.integer(50),
      `"${pick(random, ['a', 'b', 'c'])}"`,
    ].join(','),
};

const pick = (random: Random, names: readonly string[]) => names[random.integer(names.length)];

/** Writes a file of each kind with about the given number of bytes. */
export function writeFiles(folder: string, bytes: number, only: string): BenchFile[] {
  return Object.entries(makers)
    .filter(([name]) => name.includes(only))
    .map(([name, row]) => {
      const path = join(folder, `${name}.csv`);
      return { name, path, bytes: writeRows(path, row, bytes) };
    });
}

function writeRows(path: string, row: (random: Random) => string, bytes: number): number {
  const random = createRandom(0);
  const first = row(random);
  const width = first.replace(/"[^"]*"/g, '').split(',').length;
  const header = Array.from({ length: width }, (_, i) => `c${i}`).join(',');
  const file = openSync(path, 'w');
  try {
    let written = writeSync(file, `${header}\n`);
    while (written < bytes) {
      const rows = Array.from({ length: 2000 }, () => row(random));
      written += writeSync(file, `${rows.join('\n')}\n`);
    }
    return written;
  } finally {
    closeSync(file);
  }
}
