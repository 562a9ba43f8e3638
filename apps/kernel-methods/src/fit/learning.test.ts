import { foldsOf, type Question } from '@kernel-methods/search';
import { Table } from '@kernel-methods/tables';
import { describe, expect, it } from 'vitest';
import { type Examined, examine } from './exam.ts';
import { learningPoints } from './learning.ts';

/** Rows of two classes, of which the second is `rare` times as rare. */
function questionOf(rows: number, rare: number): Question {
  const table = Table.fromRows(
    Array.from({ length: rows }, (_, i) => ({ x: i, y: i % rare === 0 ? 'b' : 'a' })),
  ) as unknown as Table;
  return { table, target: 'y', task: 'classification', scoring: 'accuracy', seed: 0 };
}

const forever = { signal: new AbortController().signal, left: () => Infinity };

/** Is right in as many rows of a hundred as it was trained on rows, and keeps what it was asked. */
function learner({ table }: Question) {
  const asked: { train: Int32Array; test: Int32Array }[] = [];
  const answer: Examined = async (train, test) => {
    asked.push({ train, test });
    const predictions = Array.from(test, (row, i) => {
      const own = table.row(row).y as string;
      return (i * 37) % 100 < train.length ? own : own === 'a' ? 'b' : 'a';
    });
    const probabilities = predictions.flatMap((one) => (one === 'a' ? [1, 0] : [0, 1]));
    return { predictions, probabilities, classes: ['a', 'b'] };
  };
  return { answer, asked };
}

describe('learningPoints', () => {
  it('trains on ever more rows of each fold, and asks for the same', async () => {
    const question = questionOf(400, 3);
    const folds = foldsOf(question);
    const { answer, asked } = learner(question);
    const points = await learningPoints(question, folds, 'accuracy', answer, forever);
    expect(points.map(({ rows }) => rows)).toEqual([50, 100, 200]);
    const whole = await examine(question, folds, 'accuracy', answer);
    const means = [...points, whole!].map(({ mean }) => mean);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    expect(means[3] - means[0]).toBeGreaterThan(0.3);
    for (const [i, { train, test }] of asked.slice(0, 15).entries()) {
      const fold = folds[i % 5];
      expect(test).toEqual(fold.test);
      expect(train.every((row) => fold.train.includes(row))).toBe(true);
      const expected = 0.8 * points[Math.floor(i / 5)].rows;
      expect(Math.abs(train.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  it('leaves out what is too few, and what would have one class alone', async () => {
    const few = questionOf(60, 2);
    const points = await learningPoints(
      ...([few, foldsOf(few), 'accuracy', learner(few).answer, forever] as const),
    );
    expect(points.map(({ rows }) => rows)).toEqual([30]);
    const rare = questionOf(200, 100);
    const { answer, asked } = learner(rare);
    await learningPoints(rare, foldsOf(rare), 'accuracy', answer, forever);
    for (const { train } of asked) {
      expect(new Set(Array.from(train, (row) => rare.table.row(row).y)).size).toBe(2);
    }
  });

  it('goes on where so few rows cannot be trained on', async () => {
    const question = questionOf(400, 3);
    const { answer } = learner(question);
    const failing: Examined = async (train, test) => {
      if (train.length < 60) throw new RangeError('a column is blank in all rows');
      return await answer(train, test);
    };
    const points = await learningPoints(
      ...([question, foldsOf(question), 'accuracy', failing, forever] as const),
    );
    expect(points.map(({ rows }) => rows)).toEqual([100, 200]);
  });

  it('keeps what is whole when the time ends', async () => {
    const question = questionOf(400, 3);
    const folds = foldsOf(question);
    const { answer, asked } = learner(question);
    const left = () => 8 - asked.length;
    const ended = await learningPoints(question, folds, 'accuracy', answer, { ...forever, left });
    expect(ended.map(({ rows }) => rows)).toEqual([50]);
    expect(asked).toHaveLength(8);
    const signal = AbortSignal.abort();
    expect(
      await learningPoints(question, folds, 'accuracy', answer, { ...forever, signal }),
    ).toEqual([]);
  });
});
