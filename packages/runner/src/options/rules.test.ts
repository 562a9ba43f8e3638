import { describe, expect, it } from 'vitest';
import { fraction, integer, oneOf, orWord, path, positive } from './rules.ts';

describe('rules', () => {
  it.each([
    ['1', 1],
    ['9', 9],
    ['1e0', 1],
    ['0', undefined],
    ['10', undefined],
    ['1.5', undefined],
    ['', undefined],
    [' ', undefined],
    ['two', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['-1', undefined],
  ])('integer from 1 to 9: %j is %s', (text, value) => {
    expect(integer(1, 9).read(text)).toBe(value);
  });

  it.each([
    ['0.5', 0.5],
    ['1e-9', 1e-9],
    ['1e-60', undefined],
    ['1e60', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['Infinity', undefined],
    ['', undefined],
  ])('positive: %j is %s', (text, value) => {
    expect(positive.read(text)).toBe(value);
  });

  it.each([
    ['0', 0],
    ['0.99', 0.99],
    ['1', undefined],
    ['-0.1', undefined],
    ['', undefined],
  ])('fraction: %j is %s', (text, value) => {
    expect(fraction.read(text)).toBe(value);
  });

  it('oneOf knows names and aliases, and nothing that every object has', () => {
    const rule = oneOf(['mse', 'hinge'], { meanSquaredError: 'mse' });
    expect(rule.read('hinge')).toBe('hinge');
    expect(rule.read('meanSquaredError')).toBe('mse');
    expect(rule.read('toString')).toBeUndefined();
    expect(rule.must).toBe('one of mse, hinge');
  });

  it('a path is not empty; a word may stand beside a rule', () => {
    expect(path.read('')).toBeUndefined();
    expect(path.read('a b')).toBe('a b');
    expect(orWord(integer(1, 9), 'all').read('all')).toBe('all');
    expect(orWord(integer(1, 9), 'all').read('3')).toBe(3);
    expect(orWord(integer(1, 9), 'all').read('some')).toBeUndefined();
  });
});
