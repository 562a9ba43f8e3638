import { describe, expect, it } from 'vitest';
import { coverageRiskFigure, coverageRiskPicture } from './coverage-risk.ts';

const careful = {
  name: 'careful',
  curve: [
    { coverage: 0.25, risk: 0 },
    { coverage: 0.5, risk: 0.01 },
    { coverage: 0.92, risk: 0.02 },
    { coverage: 1, risk: 0.08 },
  ],
  chosen: 0.92,
};
const bold = { name: 'bold', curve: [{ coverage: 1, risk: 0.1 }], chosen: 1 };

describe('coverageRiskFigure', () => {
  it('tells the share of wrong answers at each coverage, and at the threshold in use', () => {
    const { rows, columns } = coverageRiskFigure('reject', [careful, bold]);
    expect(columns).toHaveLength(3);
    expect(rows).toContainEqual(['careful', '50.00 %', '1.00 %']);
    expect(rows).toContainEqual(['careful', '92.00 % (in use)', '2.00 %']);
    expect(rows).toContainEqual(['careful', '100.00 %', '8.00 %']);
    expect(rows.at(-1)).toEqual(['bold', '100.00 % (in use)', '10.00 %']);
  });

  it('draws a curve and a dot for each, and says both in words', () => {
    const { markup: text } = coverageRiskPicture([careful, bold], 400);
    expect(text).toContain('careful: 2.00 % wrong where 92.00 % are answered.');
    expect(text).toContain('bold: 10.00 % wrong');
    expect(text).not.toContain('NaN');
  });
});
