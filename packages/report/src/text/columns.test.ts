import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsText } from './columns.ts';

describe('columnsText', () => {
  it('aligns cells under their header', () => {
    expect(
      columnsText(
        ['name', 'n'],
        [
          ['a', '12'],
          ['long', '3'],
        ],
        40,
      ),
    ).toEqual(['name  n', 'a     12', 'long  3']);
  });

  it('narrows the widest column first, and keeps its beginning', () => {
    const [, line] = columnsText(['a', 'b'], [['short', 'a text that is rather long']], 20);
    expect(line).toBe('short  a text that …');
  });

  it('has one sign that something is left out, where the text brings its own', () => {
    const [, line] = columnsText(['a', 'b'], [['short', 'one, two, … (4)']], 18);
    expect(line).toBe('short  one, two, …');
  });

  it('is never wider than it may be, whatever the cells are', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
        fc.integer({ min: 1, max: 60 }),
        (rows, width) => {
          const lines = columnsText(['one', 'two', 'three'], rows, width);
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) {
            expect([...line].length).toBeLessThanOrEqual(width);
            // A cell cannot start a line of its own, nor move the cursor.
            expect(line).not.toMatch(/\p{Cc}/u);
          }
        },
      ),
      { seed: Number(process.env.KERNEL_METHODS_SEED ?? 1) },
    );
  });
});
