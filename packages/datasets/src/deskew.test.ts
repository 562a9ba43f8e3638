import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deskew } from './deskew.ts';
import { syntheticDigits } from './synthetic-digits.ts';

/** How far brightness moves along a row from one row to the next, by the definition. */
function slopeOf(image: ArrayLike<number>, height: number, width: number): number {
  const pixels = Array.from({ length: height * width }, (_, i) => ({
    x: i % width,
    y: Math.floor(i / width),
    p: image[i],
  }));
  const mean = (of: (pixel: { x: number; y: number }) => number) =>
    pixels.reduce((sum, pixel) => sum + pixel.p * of(pixel), 0) /
    pixels.reduce((sum, { p }) => sum + p, 0);
  const [cx, cy] = [mean(({ x }) => x), mean(({ y }) => y)];
  return mean(({ x, y }) => (x - cx) * (y - cy)) / mean(({ y }) => (y - cy) ** 2);
}

/** A soft stroke through the middle, `slope` to the right for each row down. */
const stroke = (slope: number, size = 28) =>
  Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    const middle = (size - 1) / 2;
    if (Math.abs(y - middle) > 9) return 0;
    return Math.exp(-((x - middle - slope * (y - middle)) ** 2) / 4);
  });

describe('deskew', () => {
  it('makes a stroke upright, whatever way it leans', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.8, max: 0.8, noNaN: true }), (slope) => {
        const image = stroke(slope);
        expect(slopeOf(image, 28, 28)).toBeCloseTo(slope, 2);
        const { data, shape } = deskew({ data: image, shape: [1, 28, 28] });
        expect(shape).toEqual([1, 28, 28]);
        expect(Math.abs(slopeOf(data, 28, 28))).toBeLessThan(0.01);
        // As bright as before, about the same centre.
        const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
        expect(sum(data) / sum(image)).toBeCloseTo(1, 3);
        const upright = stroke(0);
        const differences = data.map((value, i) => Math.abs(value - upright[i]));
        expect(Math.max(...differences)).toBeLessThan(0.1);
      }),
      { numRuns: 20 },
    );
  });

  it('makes digits stand straighter, each by itself, and keeps bytes bytes', () => {
    const { x } = syntheticDigits({ rows: 50, seed: 1 });
    const before = x.data.slice();
    const upright = deskew(x);
    expect(x.data).toEqual(before);
    expect(upright.data).toBeInstanceOf(Uint8Array);
    expect(upright.shape).toEqual([50, 28, 28]);
    const slopes = (data: Uint8Array) =>
      Array.from({ length: 50 }, (_, i) =>
        Math.abs(slopeOf(data.subarray(784 * i, 784 * (i + 1)), 28, 28)),
      );
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / 50;
    expect(mean(slopes(upright.data))).toBeLessThan(mean(slopes(x.data)) / 10);
    const seventh = { data: x.data.slice(784 * 7, 784 * 8), shape: [1, 28, 28] };
    expect(deskew(seventh).data).toEqual(upright.data.slice(784 * 7, 784 * 8));
  });

  it('leaves what has no slope as it is', () => {
    const empty = new Float64Array(12);
    expect(deskew({ data: empty, shape: [1, 3, 4] }).data).toEqual(empty);
    const row = Float64Array.of(0, 0, 0, 0, 0.1, 0.2, 0.9, 0.3, 0, 0, 0, 0);
    expect(deskew({ data: row, shape: [1, 3, 4] }).data).toEqual(row);
  });

  it('takes pixels from beside by hand-computed parts, and 0 from outside', () => {
    // A line that leans one pixel a row: its lower half comes from the right, its upper from the left.
    const data = Uint8Array.of(100, 0, 0, 0, 100, 0, 0, 0, 100);
    expect([...deskew({ data, shape: [1, 3, 3] }).data]).toEqual([0, 100, 0, 0, 100, 0, 0, 100, 0]);
    // Slope −1/2 about the middle: half of each pixel goes over.
    const leaning = Float32Array.of(0, 4, 4, 0, 8, 0, 4, 4, 0);
    const [slope] = [slopeOf(leaning, 3, 3)];
    expect(slope).toBeCloseTo(-0.5, 6);
    expect([...deskew({ data: leaning, shape: [1, 3, 3] }).data]).toEqual([
      2, 4, 2, 0, 8, 0, 2, 4, 2,
    ]);
  });

  it('names a shape that is no images', () => {
    expect(() => deskew({ data: new Uint8Array(8), shape: [2, 4] })).toThrow(
      '`x.shape` must be [n, height, width]. Received: "[2, 4]".',
    );
    expect(() => deskew({ data: new Uint8Array(8), shape: [2, 2, 3] })).toThrow('`x.data` must be');
  });
});
