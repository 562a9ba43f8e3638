import { expect, it } from 'vitest';
import type { ModelRecord } from '../model/model-record.ts';
import { scoreLines } from './result-lines.ts';

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
