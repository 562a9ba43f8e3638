import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instances, numbers, withArrays } from './fixtures/lab.ts';
import { col2imAt, type Im2colArguments, im2colAt } from './im2col.ts';
import { maxPoolAt, maxPoolGradAt } from './pooling.ts';

const some = fc.integer({ min: 1, max: 3 });
const geometries = fc.record({
  ...{
    images: fc.nat(3),
    inHeight: fc.integer({ min: 1, max: 9 }),
    inWidth: fc.integer({ min: 1, max: 9 }),
  },
  ...{ channels: fc.integer({ min: 1, max: 9 }), filterHeight: some, filterWidth: some },
  ...{ strideHeight: some, strideWidth: some, dilationHeight: some, dilationWidth: some },
  ...{ padTop: fc.nat(2), padLeft: fc.nat(2), outHeight: fc.nat(5), outWidth: fc.nat(5) },
});
type Geometry = Omit<Im2colArguments, 'x' | 'patches'>;

/** Calls `visit` with the place of each number of the patches, and of the pixel's number; −1 outside of the image. */
function walk(g: Geometry, visit: (patch: number, pixel: number, window: number) => void): void {
  let patch = 0;
  let window = 0;
  for (let image = 0; image < g.images; image++) {
    for (let y = 0; y < g.outHeight; y++) {
      for (let x = 0; x < g.outWidth; x++, window++) {
        for (let i = 0; i < g.filterHeight; i++) {
          for (let j = 0; j < g.filterWidth; j++) {
            const row = y * g.strideHeight - g.padTop + i * g.dilationHeight;
            const column = x * g.strideWidth - g.padLeft + j * g.dilationWidth;
            const inside = row >= 0 && row < g.inHeight && column >= 0 && column < g.inWidth;
            const pixel = (image * g.inHeight + row) * g.inWidth + column;
            for (let c = 0; c < g.channels; c++) {
              visit(patch++, inside ? pixel * g.channels + c : -1, window * g.channels + c);
            }
          }
        }
      }
    }
  }
}

const all = instances();

describe.each(all)('patches and pools of images, %s', (_, simd) => {
  it('im2col and its transpose', () => {
    fc.assert(
      fc.property(geometries, (g) => {
        const x = numbers(g.images * g.inHeight * g.inWidth * g.channels, 1).map((value) =>
          Math.round(value * 100),
        );
        const size =
          g.images * g.outHeight * g.outWidth * g.filterHeight * g.filterWidth * g.channels;
        const expected = new Float32Array(size + 1).fill(-7);
        const back = new Float32Array(x.length + 1);
        back[x.length] = -7;
        walk(g, (patch, pixel) => {
          expected[patch] = pixel < 0 ? 0 : x[pixel];
          if (pixel >= 0) back[pixel] += expected[patch];
        });
        const arrays = [
          x,
          new Float32Array(size + 1).fill(-7),
          new Float32Array(x.length + 1).fill(-7),
        ];
        withArrays(simd, arrays, ([px, patches, to]) => {
          im2colAt(simd, { x: px, patches, ...g });
          expect(simd.f32(patches, size + 1).slice()).toEqual(expected);
          col2imAt(simd, { x: to, patches, ...g });
          expect(simd.f32(to, x.length + 1).slice()).toEqual(back);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('largest numbers of windows, and their gradient', () => {
    fc.assert(
      fc.property(geometries, (dilated) => {
        const g = { ...dilated, dilationHeight: 1, dilationWidth: 1 };
        const x = numbers(g.images * g.inHeight * g.inWidth * g.channels, 1).map((value, i) =>
          i % 9 === 4 ? Number.NaN : Math.round(value * 5),
        );
        const n = g.images * g.outHeight * g.outWidth * g.channels;
        const largest = new Float32Array(n).fill(Number.NEGATIVE_INFINITY);
        const places = new Int32Array(n).fill(-1);
        walk(g, (_, pixel, window) => {
          if (pixel < 0 || !(x[pixel] > largest[window])) return;
          largest[window] = x[pixel];
          places[window] = pixel;
        });
        const dy = numbers(n, 2).map((value) => Math.round(value * 100));
        const dx = new Float32Array(x.length);
        places.forEach((place, window) => {
          if (place >= 0) dx[place] += dy[window];
        });
        withArrays(
          simd,
          [x, dy, new Float32Array(n), new Float32Array(x.length)],
          ([px, pdy, out, pdx]) => {
            maxPoolAt(simd, { x: px, out, ...g });
            expect(simd.f32(out, n).slice()).toEqual(largest);
            maxPoolGradAt(simd, { x: px, dy: pdy, dx: pdx, ...g });
            expect(simd.f32(pdx, x.length).slice()).toEqual(dx);
          },
        );
      }),
      { numRuns: 60 },
    );
  });
});

it('refuses a window of no size', () => {
  const [[, simd]] = all;
  const geometry = {
    ...{ images: 1, inHeight: 3, inWidth: 3, channels: 1, outHeight: 3, outWidth: 3 },
    ...{ filterHeight: 0, filterWidth: 1, strideHeight: 1, strideWidth: 1, padTop: 0, padLeft: 0 },
  };
  expect(() => maxPoolAt(simd, { x: 0, out: 0, ...geometry })).toThrow(
    '`filterHeight` must be a whole number, 1 or above. Received: 0.',
  );
});
