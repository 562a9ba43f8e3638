import { expect, it } from 'vitest';
import { mirrorLower } from './mirror-lower.ts';

it.each([1, 2, 31, 32, 33, 70, 96])(
  'the upper half becomes that of a symmetric matrix: %i',
  (width) => {
    const value = (i: number, j: number) => 1000 * Math.max(i, j) + Math.min(i, j);
    const matrix = Float32Array.from({ length: width * width }, (_, at) => {
      const [i, j] = [Math.floor(at / width), at % width];
      return j <= i ? value(i, j) : -1;
    });
    mirrorLower(matrix, width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) expect(matrix[i * width + j]).toBe(value(i, j));
    }
  },
);
