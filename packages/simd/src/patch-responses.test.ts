import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instances, numbers, withArrays } from './fixtures/lab.ts';
import { patchResponsesAt } from './index.ts';

type Shape = Omit<
  Parameters<typeof patchResponsesAt>[1],
  'x' | 'filters' | 'out' | 'vertical' | 'horizontal' | 'least'
>;

const lengths = ({ height, width, size, padding, stride }: Shape) =>
  [height, width].map((length) => Math.floor((length + 2 * padding - size) / stride) + 1);

/** By the definition, in float64. */
function oracle(shape: Shape, [x, filters, vertical, horizontal]: Float32Array[], least: number) {
  const { images, height, width, channels, size, padding, stride, count, down, across } = shape;
  const [rows, columns] = lengths(shape);
  const pixel = (b: number, y: number, column: number, c: number) =>
    y < 0 || y >= height || column < 0 || column >= width
      ? 0
      : x[((b * height + y) * width + column) * channels + c];
  const response = (b: number, y: number, column: number, f: number) => {
    let sum = -shape.threshold;
    for (let i = 0; i < size * size * channels; i++) {
      const [c, place] = [i % channels, Math.floor(i / channels)];
      const top = y * stride + Math.floor(place / size) - padding;
      const left = column * stride + (place % size) - padding;
      sum += pixel(b, top, left, c) * filters[i * count + f];
    }
    return Math.max(0, sum);
  };
  const out = new Float64Array(images * down * across * count);
  for (let b = 0; b < images; b++) {
    for (let f = 0; f < count; f++) {
      for (let y = 0; y < rows; y++) {
        for (let column = 0; column < columns; column++) {
          const value = response(b, y, column, f);
          for (let i = 0; i < down; i++) {
            for (let j = 0; j < across; j++) {
              const weight = vertical[i * rows + y] * horizontal[j * columns + column];
              out[((b * down + i) * across + j) * count + f] += weight * value;
            }
          }
        }
      }
    }
  }
  return out.map((value) => Math.sqrt(Math.max(least, value)));
}

const shapes = fc
  .record({
    images: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 11 }),
    channels: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 2 }),
    stride: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 13 }),
    down: fc.integer({ min: 1, max: 3 }),
    across: fc.integer({ min: 1, max: 6 }),
    threshold: fc.constantFrom(-0.2, 0, 0.3),
  })
  .filter(({ height, width, padding, size }) => Math.min(height, width) + 2 * padding >= size);

describe.each(instances())('responses to patches, %s', (_, simd) => {
  const compare = (shape: Shape, x: Float32Array, least: number) => {
    const { images, size, channels, count, down, across } = shape;
    const [rows, columns] = lengths(shape);
    const filters = numbers(size * size * channels * count, 2);
    // Weights of both signs would leave roots of what rounding makes of 0.
    const [vertical, horizontal] = [numbers(down * rows, 3), numbers(across * columns, 4)].map(
      (weights) => weights.map(Math.abs),
    );
    const out = new Float32Array(images * down * across * count).fill(Number.NaN);
    withArrays(simd, [x, filters, vertical, horizontal, out], (pointers) => {
      const [px, pf, pv, ph, po] = pointers;
      const at = { x: px, filters: pf, vertical: pv, horizontal: ph, out: po };
      patchResponsesAt(simd, { ...shape, ...at, least });
      const got = simd.f32(po, out.length);
      expectNear(got, oracle(shape, [x, filters, vertical, horizontal], least), 2e-5);
    });
  };

  it('agree with their definition', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(1e-6, 0.25), (shape, least) => {
        const { images, height, width, channels } = shape;
        compare(shape, numbers(images * height * width * channels, 1), least);
      }),
      { numRuns: 60 },
    );
  });

  it('agree where most of an image is 0', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), (shape, at) => {
        const { images, height, width, channels } = shape;
        const x = new Float32Array(images * height * width * channels);
        x[at % x.length] = 3;
        x[(at * 7) % x.length] = -2;
        compare(shape, x, 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('agree for many images, and are the same whatever stands beside one', () => {
    const shape = {
      ...{ images: 40, height: 28, width: 28, channels: 1, size: 5, padding: 1, stride: 1 },
      ...{ count: 8, down: 7, across: 7, threshold: 0.3 },
    };
    const x = numbers(40 * 784, 5).map((value, i) => (i % 784 < 300 ? 0 : value));
    compare({ ...shape, images: 3 }, x.slice(0, 3 * 784), 1e-6);
    const [filters, weights] = [numbers(25 * 8, 2), numbers(7 * 26, 3).map(Math.abs)];
    const out = new Float32Array(40 * 49 * 8);
    withArrays(simd, [x, filters, weights, out, out], ([px, pf, pw, po, alone]) => {
      const at = { filters: pf, vertical: pw, horizontal: pw };
      patchResponsesAt(simd, { ...shape, ...at, x: px, out: po });
      for (const i of [0, 17, 39]) {
        patchResponsesAt(simd, { ...shape, ...at, images: 1, x: px + 4 * 784 * i, out: alone });
        const [one, all] = [alone, po + 4 * 392 * i].map((pointer) => simd.f32(pointer, 392));
        expect(one).toEqual(all);
      }
    });
  });
});
