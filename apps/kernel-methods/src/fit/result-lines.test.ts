import { expect, it } from 'vitest';
import type { ModelRecord } from '../model/model-record.ts';
import { paragraph } from '../terminal.ts';
import { importanceLines, scoreLines } from './result-lines.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const scored = (mean: number) => ({
  ...{ mean, deviation: 0.0123 },
  scores: [-0.01, 0, 0.01, -0.02, 0.02].map((off) => mean + off),
});
const record = {
  ...{ task: 'classification', metric: 'logLoss' },
  scores: { chosen: scored(-0.4974), linear: scored(-0.5511), baseline: scored(-0.7011) },
} as unknown as ModelRecord;

it('says errors as people read them', () => {
  expect(scoreLines(record, plain, 120)).toEqual([
    '                         log loss         each part',
    'this model               0.4974 ± 0.0123  0.5074  0.4974  0.4874  0.5174  0.4774',
    'a linear model           0.5511 ± 0.0123  0.5611  0.5511  0.5411  0.5711  0.5311',
    'the most frequent class  0.7011 ± 0.0123  0.7111  0.7011  0.6911  0.7211  0.6811',
    'A smaller log loss is better.',
  ]);
});

it('leaves out the parts where there is no room, and cuts nothing else', () => {
  expect(scoreLines({ ...record, metric: 'accuracy' }, plain, 60)).toEqual([
    '                         accuracy',
    'this model               −0.4974 ± 0.0123',
    'a linear model           −0.5511 ± 0.0123',
    'the most frequent class  −0.7011 ± 0.0123',
  ]);
});

it('says nothing of parts where the fit was stopped before there were any', () => {
  const chosen = { mean: 0.8, deviation: 0.01, scores: [] };
  const stopped = { ...record, metric: 'accuracy', scores: { chosen } } as unknown as ModelRecord;
  expect(scoreLines(stopped, plain, 120)).toEqual([
    '            accuracy',
    'this model  0.8000 ± 0.0100',
  ]);
});

const importancesOf = (columns: number, name = 'column') =>
  Array.from({ length: columns }, (_, i) => ({
    ...{ column: `${name} ${i}`, mean: 0.2 / (i + 1), deviation: 0.01 },
  }));

it('shows one column more where it would say that there is one, and says of others', () => {
  const linesOf = (columns: number) =>
    importanceLines({ importances: importancesOf(columns), task: 'regression' }, plain, 60);
  expect(linesOf(13)).toHaveLength(14);
  expect(linesOf(13).at(-1)).toMatch(/^column 12 /);
  expect(linesOf(14)).toHaveLength(14);
  expect(linesOf(14).at(-1)).toBe('and 2 more columns');
});

it('shortens bars rather than names', () => {
  const name = 'other-installment-plans-of-theirs';
  const lines = importanceLines(
    { importances: importancesOf(2, name), task: 'classification' },
    plain,
    60,
  );
  expect(lines[0].trim()).toBe(`column${' '.repeat(31)}accuracy falls by`);
  // The head is wider than the figures below it.
  expect(lines[1]).toBe(`${name} 0  0.2000 ± 0.0100    ${'█'.repeat(4)}`);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
});

it('breaks a text between words, and no path', () => {
  expect(paragraph('one two three', 8)).toEqual(['one two', 'three']);
  expect(paragraph('Written: /a/long/path', 8)).toEqual(['Written: /a/long/path']);
  const long = 'word '.repeat(100).trim();
  expect(paragraph(long, 40).join(' ')).toBe(long);
});
