import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Column } from '../columns.ts';
import { random, rowsOf } from '../fixtures/encoded.ts';
import { toDense } from '../sparse-rows.ts';
import { textEncoder } from './text-encoder.ts';

const sklearn = JSON.parse(readFileSync(new URL('../fixtures/text.json', import.meta.url), 'utf8'));

interface Case {
  options: Record<string, unknown>;
  terms: string[];
  rows: number[][];
  values: number[][];
  newRows: number[][];
  newValues: number[][];
}

describe('text as in scikit-learn', () => {
  test.each(sklearn.cases as Case[])(
    '$options',
    ({ options, terms, rows, values, newRows, newValues }) => {
      const lengths = (options.ngram_range as [number, number] | undefined) ?? [1, 1];
      const pieces = options.analyzer === 'char_wb';
      const encoder = textEncoder({
        words: pieces ? false : lengths,
        characters: pieces ? lengths : false,
        sublinear: options.sublinear_tf === true,
        idf: options.use_idf !== false,
        minDocuments: (options.min_df as number | undefined) ?? 1,
        maxTerms: (options.max_features as number | undefined) ?? 1e6,
        lowercase: options.lowercase !== false,
        normalize: false,
      });
      const textColumn = (texts: string[]): Column => ({ type: 'text', name: 'x', values: texts });
      const { fitted, rows: own } = encoder.fitTransform!(textColumn(sklearn.texts), {
        random: random(),
      });
      const found = fitted.features.map(
        (feature) => JSON.parse(feature.replace(/^(word|piece) /, '')) as string,
      );
      expect([...found].sort()).toEqual([...terms].sort());
      for (const [coded, indices, numbers] of [
        [own, rows, values],
        [fitted.transform(textColumn(sklearn.texts)), rows, values],
        [fitted.transform(textColumn(sklearn.new)), newRows, newValues],
      ] as const) {
        const dense = toDense(coded);
        indices.forEach((row, i) => {
          const expected = new Map(row.map((at, k) => [terms[at], numbers[i][k]]));
          found.forEach((term, k) => {
            expect(dense.data[i * terms.length + k], `${term} in ${i}`).toBeCloseTo(
              expected.get(term) ?? 0,
              6,
            );
          });
        });
      }
    },
  );
});

describe('text', () => {
  const encode = (texts: (string | null)[], options = {}) =>
    rowsOf(textEncoder(options), { type: 'text', name: 'x', values: texts });

  test('is the same in any of Unicode’s forms, and in capitals', () => {
    const { rows } = encode(['café ﬁne', 'CAFE\u0301 FINE', 'other words']);
    expect(rows[0]).toEqual(rows[1]);
    const plain = encode(['café ﬁne', 'CAFE\u0301 FINE', 'other words'], { normalize: false });
    expect(plain.rows[0]).not.toEqual(plain.rows[1]);
  });

  test('hashed terms are what a vocabulary would count, added up where they meet', () => {
    const texts = ['a cat and a dog', 'the dog sat', null];
    const { rows } = encode(texts, {
      hashed: 1 << 16,
      idf: false,
      sublinear: false,
      characters: false,
    });
    const wide = encode(texts, { idf: false, sublinear: false, characters: false });
    rows.forEach((row, i) => {
      expect(row.filter(Boolean).sort()).toEqual(wide.rows[i].filter(Boolean).sort());
    });
  });

  test('options', () => {
    expect(() => textEncoder({ words: false, characters: false })).toThrow(
      '`words` must be lengths',
    );
    expect(() => textEncoder({ words: [2, 1] })).toThrow('`words` must be false, or the shortest');
    expect(() => textEncoder({ hashed: 0 })).toThrow('`hashed` must be a whole number');
    expect(() => textEncoder({ ngrams: 2 } as never)).toThrow('The options must be among words');
  });
});
