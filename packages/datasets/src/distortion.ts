import type { Random } from '@kernel-methods/random';
import { side } from './thick-path.ts';

/** How much handwriting varies: standard deviations, in the units given. */
const spread = {
  /** Radians. */
  rotation: 0.18,
  /** Pixels sideways per pixel down. */
  shear: 0.2,
  /** Logarithm of the height and of the width. */
  height: 0.1,
  width: 0.16,
  /** Pixels. */
  shift: 1.15,
  /** Pixels, at each knot of the elastic grid. */
  elastic: 0.67,
};
const glyphHeight = 19;
const glyphWidth = 15;
const knots = 4;

/** Moves points of the unit square to pixels. */
export interface Distortion {
  /** Draws a new distortion. */
  draw(random: Random): void;
  /** Writes the moved points of `from` to `to`. */
  apply(from: Float64Array, to: Float64Array): void;
}

/**
 * A random affine map followed by an elastic one: a displacement drawn at each knot of a 4×4 grid
 * over the glyph, interpolated between them.
 */
export function createDistortion(): Distortion {
  const affine = new Float64Array(6);
  const elastic = new Float64Array(2 * knots * knots);
  return {
    draw({ normal }) {
      const angle = spread.rotation * bounded(normal());
      const shear = spread.shear * bounded(normal());
      const height = glyphHeight * Math.exp(spread.height * bounded(normal()));
      const width = glyphWidth * Math.exp(spread.width * bounded(normal()));
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      affine[0] = cos * width;
      affine[1] = (-sin - shear * cos) * height;
      affine[2] = (side - 1) / 2 + spread.shift * bounded(normal());
      affine[3] = sin * width;
      affine[4] = (cos - shear * sin) * height;
      affine[5] = (side - 1) / 2 + spread.shift * bounded(normal());
      for (let k = 0; k < elastic.length; k++) elastic[k] = spread.elastic * normal();
    },
    apply(from, to) {
      for (let k = 0; k < from.length; k += 2) {
        const [x, y] = [from[k], from[k + 1]];
        const [cx, cy] = [x - 0.5, y - 0.5];
        const [gx, gy] = [x * (knots - 1), y * (knots - 1)];
        const [ix, iy] = [Math.min(gx | 0, knots - 2), Math.min(gy | 0, knots - 2)];
        const [fx, fy] = [gx - ix, gy - iy];
        const a = 2 * (iy * knots + ix);
        const b = a + 2 * knots;
        const [wa, wb] = [1 - fy, fy];
        to[k] =
          affine[0] * cx +
          affine[1] * cy +
          affine[2] +
          wa * ((1 - fx) * elastic[a] + fx * elastic[a + 2]) +
          wb * ((1 - fx) * elastic[b] + fx * elastic[b + 2]);
        to[k + 1] =
          affine[3] * cx +
          affine[4] * cy +
          affine[5] +
          wa * ((1 - fx) * elastic[a + 1] + fx * elastic[a + 3]) +
          wb * ((1 - fx) * elastic[b + 1] + fx * elastic[b + 3]);
      }
    },
  };
}

/** Keeps a digit inside its image: draws beyond two standard deviations count as two. */
const bounded = (x: number) => Math.max(-2, Math.min(2, x));
