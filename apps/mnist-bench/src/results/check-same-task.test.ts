import { expect, it } from 'vitest';
import type { RunRecord } from '../records/run-record.ts';
import { type Fake, fakeRun } from './fake-runs.ts';
import { checkSameTask } from './warnings.ts';

const ours = fakeRun();
const peer = (given: Fake = {}) =>
  fakeRun({ system: 'keras', variant: 'Keras', config: { dataset: 'mnist' }, ...given });

/** A run on other numbers of rows. */
function onRows(record: RunRecord, train: number): RunRecord {
  const { outcome } = record;
  const rows = { train, validation: 0, test: 10_000 };
  return { ...record, outcome: { ...outcome!, dataset: { ...outcome!.dataset!, rows } } };
}

it('is silent where the bytes are the same, however the rows are split', () => {
  expect(checkSameTask([ours, peer(), onRows(peer(), 60_000)])).toEqual([]);
  expect(checkSameTask([peer({ checksum: 'other' })])).toEqual([]);
  expect(checkSameTask([ours, peer({ status: 'failed' })])).toEqual([]);
});

it('warns of other bytes, naming each variant once', () => {
  const other = { checksum: 'other' };
  expect(checkSameTask([ours, peer(other), peer({ ...other, seed: 1 }), peer()])).toEqual([
    'WARNING: not on the data of our runs, though on as many rows: Keras.',
  ]);
});

it('tells who ran on other rows', () => {
  const few = onRows(peer({ system: 'libsvm-js', variant: 'libsvm-js', checksum: 'few' }), 5000);
  expect(checkSameTask([ours, few, peer()])).toEqual([
    'On 5,000 rows (10,000 test), ours on 60,000 rows (10,000 test), so accuracies do not compare: libsvm-js.',
  ]);
  expect(checkSameTask([ours, onRows(fakeRun({ checksum: 'few' }), 5000), few])).toEqual([]);
});

it('holds synthetic digits against those of the same seed', () => {
  const drawn = (seed: number, checksum: string, of = fakeRun) =>
    of({ seed, checksum, dataset: 'synthetic digits', config: { dataset: 'synthetic' } });
  const own = [drawn(0, 'a'), drawn(1, 'b')];
  const theirs = (seed: number, checksum: string) => drawn(seed, checksum, peer);
  const config = { dataset: 'synthetic' };
  const right = [theirs(0, 'a'), theirs(1, 'b')].map((record) => ({ ...record, config }));
  expect(checkSameTask([...own, ...right])).toEqual([]);
  expect(checkSameTask([...own, { ...theirs(0, 'b'), config }])).toHaveLength(1);
});
