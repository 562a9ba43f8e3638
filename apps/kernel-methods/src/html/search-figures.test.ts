import { expect, it } from 'vitest';
import type { Found } from '../fit/fit-table.ts';
import { learningFigure, whyNoCurve } from './search-figures.ts';

const scored = (rows: number, mean: number) => ({ rows, mean, deviation: 0.001, scores: [mean] });
const found = (some: object) =>
  ({ search: [scored(400, -0.4)], exams: {}, ...some }) as unknown as Found;
const exams = { chosen: scored(400, -0.39) } as never;

it('draws the machine on fewer rows where the search had all of them', () => {
  expect(learningFigure(found({ exams }), 'logLoss', 400)).toBeNull();
  const learning = [scored(100, -0.6), scored(200, -0.5)];
  const curve = learningFigure(found({ exams, learning }), 'logLoss', 400);
  expect(curve?.caption).toContain('The error still falls with the rows');
  expect(curve?.rows).toEqual([
    ['100', '0.6000', '0.0010'],
    ['200', '0.5000', '0.0010'],
    ['400', '0.3900', '0.0010'],
  ]);
  expect(curve?.columns[1]).toBe('log loss');
});

it('draws the best of each round of the search otherwise', () => {
  const search = [scored(400, 0.8), scored(100, 0.7), scored(100, 0.75)];
  const curve = learningFigure(found({ search }), 'accuracy', 400);
  expect(curve?.rows.map(([rows, mean]) => [rows, mean])).toEqual([
    ['100', '0.7500'],
    ['400', '0.8000'],
  ]);
  // The exam says more of all rows than the search, and one point of the machine less than both.
  const learning = [scored(50, 0.6)];
  const scoredLater = learningFigure(found({ search, exams, learning }), 'accuracy', 400);
  expect(scoredLater?.rows.map(([rows, mean]) => [rows, mean])).toEqual([
    ['100', '0.7500'],
    ['400', '−0.3900'],
  ]);
});

it('says why there is none', () => {
  expect(whyNoCurve({}, 30)).toContain('40 rows or more');
  expect(whyNoCurve({ stopped: 'signal' }, 400)).toContain('was stopped');
  expect(whyNoCurve({ stopped: 'time' }, 400)).toContain('more --time');
});
