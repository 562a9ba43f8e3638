import { openResults, type ResultsFile } from '@kernel-methods/runner';
import type { Memory, Score } from '@kernel-methods/search';

interface ScoreRecord {
  readonly version: 1;
  readonly key: string;
  readonly score: Score;
}

/**
 * Scores in a file, each on the disk before the next is looked for, so that a search that was
 * stopped goes on. `about` tells searches apart: another file or target has other scores.
 */
export function openMemory(path: string, about: string): Memory & { close(): void } {
  const store: ResultsFile<ScoreRecord> = openResults<ScoreRecord>(path, { resume: true, read });
  const known = new Map(store.records().map(({ key, score }) => [key, score]));
  const name = (key: string) => `${about} ${key}`;
  return {
    get: (key) => known.get(name(key)),
    set(key, score) {
      known.set(name(key), score);
      store.append({ version: 1, key: name(key), score });
    },
    close: () => store.close(),
  };
}

function read(value: unknown): ScoreRecord {
  const { version, key, score } = (value ?? {}) as Partial<ScoreRecord>;
  const numbers = [score?.mean, score?.deviation, score?.rows, score?.folds, score?.seconds];
  const holds =
    version === 1 &&
    typeof key === 'string' &&
    typeof score?.machine?.map === 'string' &&
    numbers.every((number) => typeof number === 'number');
  if (!holds) throw new Error('it is not a score of kernel-methods');
  return value as ScoreRecord;
}
