import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { takeColumn } from '../columns.ts';
import { column, random } from '../fixtures/encoded.ts';
import { toDense } from '../sparse-rows.ts';
import type { Target } from './column-encoder.ts';
import { targetEncoder } from './target-encoder.ts';

const sklearn = JSON.parse(readFileSync(new URL('../fixtures/text.json', import.meta.url), 'utf8'));

describe('coding by the target', () => {
  test.each(['numbers', 'binary', 'classes'])('%s as in scikit-learn', (name) => {
    const { y, codes } = sklearn.targets[name] as { y: (number | string)[]; codes: number[][] };
    const levels = [...new Set(y as string[])].sort();
    const target: Target =
      name === 'numbers'
        ? { type: 'number', values: Float64Array.from(y as number[]) }
        : {
            type: 'class',
            codes: Int32Array.from(y, (one) => levels.indexOf(one as string)),
            classes: levels.length,
          };
    const fitted = targetEncoder().fit(column(sklearn.categories), { random: random(), target });
    const { unseen, deviations } = fitted.toJSON() as { unseen: number[]; deviations: number[] };
    const { data } = toDense(fitted.transform(column(sklearn.ask)));
    const width = unseen.length;
    codes.flat().forEach((code, i) => {
      expect(data[i] * deviations[i % width] + unseen[i % width]).toBeCloseTo(code, 6);
    });
  });

  test('a row’s own target does not show in its code', () => {
    // Labels at random over many levels: coded by their own rows they look as if levels told them.
    const draw = random();
    const rows = 600;
    const codes = Int32Array.from({ length: rows }, () => draw.integer(2));
    const values = column(Array.from({ length: rows }, () => `n${draw.integer(200)}`));
    const target: Target = { type: 'class', codes, classes: 2 };
    const correlation = (data: Float32Array) => {
      const mean = data.reduce((sum, value) => sum + value, 0) / rows;
      const share = codes.reduce((sum, code) => sum + code, 0) / rows;
      let [xy, xx, yy] = [0, 0, 0];
      data.forEach((value, i) => {
        xy += (value - mean) * (codes[i] - share);
        xx += (value - mean) ** 2;
        yy += (codes[i] - share) ** 2;
      });
      return xy / Math.sqrt(xx * yy);
    };
    const context = { target, random: random() };
    const { fitted, rows: honest } = targetEncoder().fitTransform!(values, context);
    expect(correlation(toDense(fitted.transform(values)).data)).toBeGreaterThan(0.4);
    // Three standard errors of a correlation of 600 rows.
    expect(Math.abs(correlation(toDense(honest).data))).toBeLessThan(3 / Math.sqrt(rows));
  });

  test('rows without a target count for nothing', () => {
    const values = column(['a', 'a', 'b', 'b', 'a']);
    const y: Target = { type: 'number', values: Float64Array.of(1, 2, 5, 6, Number.NaN) };
    const without: Target = { type: 'number', values: y.values.slice(0, 4) };
    const state = targetEncoder().fit(values, { random: random(), target: y }).toJSON() as object;
    const other = targetEncoder()
      .fit(takeColumn(values, [0, 1, 2, 3]), { random: random(), target: without })
      .toJSON() as object;
    expect({ ...state, deviations: 0 }).toEqual({ ...other, deviations: 0 });
    expect(() => targetEncoder().fit(values, { random: random() })).toThrow(
      '`target` must be given',
    );
  });
});
