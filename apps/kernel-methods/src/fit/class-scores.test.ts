import { createRandom } from '@kernel-methods/random';
import { expect, it } from 'vitest';
import { classScores, worstFirst } from './class-scores.ts';
import { classLines } from './result-lines.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text };

/** Rows of a class are taken for it, or for the next one, the oftener the smaller its number is. */
function many(classes: number, rows: number) {
  const random = createRandom(1);
  const truth = Float64Array.from({ length: rows }, () => random.integer(classes));
  const predictions = truth.map((own) =>
    random.uniform() < own / classes ? own : (own + 1 + random.integer(2)) % classes,
  );
  return { classes: Array.from({ length: classes }, (_, c) => `class ${c}`), truth, predictions };
}

it('counts as one does by hand', () => {
  const { classes, truth, predictions } = many(7, 400);
  const scores = classScores({ classes, truth, predictions });
  const pairs = Array.from(truth, (own, row) => [own, predictions[row]]);
  for (const [c, { label, precision, recall, f1, rows, takenFor }] of scores.entries()) {
    const own = pairs.filter(([one]) => one === c);
    const claimed = pairs.filter(([, said]) => said === c);
    const hits = own.filter(([, said]) => said === c).length;
    const wrong = classes.map((_, other) =>
      other === c ? 0 : own.filter(([, said]) => said === other).length,
    );
    expect([label, rows]).toEqual([classes[c], own.length]);
    expect(precision).toBeCloseTo(hits / claimed.length, 12);
    expect(recall).toBeCloseTo(hits / own.length, 12);
    expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall) || 0, 12);
    const most = Math.max(...wrong);
    expect(takenFor).toEqual({ label: classes[wrong.indexOf(most)], rows: most });
  }
});

it('has 0 for a class without rows, and nothing that it is taken for', () => {
  const [a, b, c] = classScores({
    classes: ['a', 'b', 'c'],
    truth: Float64Array.of(0, 0, 2),
    predictions: Float64Array.of(0, 0, 0),
  });
  expect(a).toEqual({ label: 'a', precision: 2 / 3, recall: 1, f1: 4 / 5, rows: 2 });
  expect(b).toEqual({ label: 'b', precision: 0, recall: 0, f1: 0, rows: 0 });
  expect(c.takenFor).toEqual({ label: 'a', rows: 1 });
});

it('has a line for what a class is taken for where there is no room beside it', () => {
  const scores = classScores({
    classes: ['shopping_list_update', 'shopping_list_question'],
    truth: Float64Array.of(0, 0, 0, 1, 1),
    predictions: Float64Array.of(0, 0, 1, 1, 1),
  });
  expect(classLines(scores, plain, 60)).toEqual([
    'class                   F1      precision  recall    rows',
    'shopping_list_update    0.8000  100.00 %   66.67 %   3',
    '  taken for shopping_list_question (1)',
    'shopping_list_question  0.8000  66.67 %    100.00 %  2',
  ]);
  expect(classLines(scores, plain, 90)).toHaveLength(3);
});

it.each([60, 120])('shows few classes whole, and the worst of many, at %d columns', (width) => {
  const few = classLines(classScores(many(5, 300)), plain, width);
  expect(few).toHaveLength(6);
  expect(few[0]).toMatch(/^class +F1 +precision +recall +rows +taken for \(rows\)$/);
  const scores = classScores(many(40, 4000));
  const lines = classLines(scores, plain, width);
  const worst = worstFirst(scores);
  expect(lines.slice(1, 9).map((line) => line.split(/ {2,}/)[0])).toEqual(
    worst.slice(0, 8).map(({ label }) => label),
  );
  expect(lines.slice(9).join(' ')).toBe(
    `and 32 more that are found better, with F1 from ${worst[8].f1.toFixed(4)}; --json has all`,
  );
  for (const line of [...few, ...lines]) expect(line.length).toBeLessThanOrEqual(width);
});

it('shows labels of which a row may have several, without what they are taken for', () => {
  const scores = classScores({
    classes: ['red', 'round'],
    hasSeveral: true,
    truth: Float64Array.of(1, 0, 1, 1, 0, 1),
    predictions: Float64Array.of(1, 1, 1, 1, 0, 0),
  });
  expect(scores).toEqual([
    { label: 'red', precision: 1, recall: 1, f1: 1, rows: 2 },
    { label: 'round', precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, rows: 2 },
  ]);
  expect(classLines(scores, plain, 60)).toEqual([
    'label  F1      precision  recall    rows',
    'round  0.5000  50.00 %    50.00 %   2',
    'red    1.0000  100.00 %   100.00 %  2',
  ]);
});
