/** A stroke of the pen: points x₀, y₀, x₁, y₁, … in the unit square, y pointing down. */
export type Stroke = Float64Array;

/**
 * How each digit is written: for each of 0 … 9 a few variants, each a list of strokes. The shapes
 * are our own, drawn by hand as points; curves pass through their points.
 */
export const digitStrokes: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [
      curve(
        0.55,
        0.03,
        0.25,
        0.2,
        0.16,
        0.55,
        0.3,
        0.9,
        0.6,
        0.95,
        0.82,
        0.65,
        0.8,
        0.25,
        0.55,
        0.03,
      ),
    ],
    [
      curve(
        0.62,
        0.1,
        0.4,
        0.03,
        0.22,
        0.3,
        0.22,
        0.7,
        0.45,
        0.97,
        0.72,
        0.8,
        0.78,
        0.4,
        0.64,
        0.08,
        0.45,
        0.08,
      ),
    ],
  ],
  [
    [line(0.5, 0.03, 0.5, 0.97)],
    [line(0.3, 0.26, 0.52, 0.03, 0.52, 0.97)],
    [line(0.3, 0.24, 0.5, 0.04, 0.5, 0.95), line(0.28, 0.95, 0.74, 0.95)],
  ],
  [
    [
      curve(0.2, 0.25, 0.35, 0.06, 0.62, 0.04, 0.77, 0.24, 0.66, 0.5, 0.42, 0.75, 0.18, 0.95),
      line(0.18, 0.95, 0.84, 0.93),
    ],
    [
      curve(
        0.2,
        0.22,
        0.42,
        0.04,
        0.7,
        0.12,
        0.74,
        0.36,
        0.56,
        0.66,
        0.3,
        0.93,
        0.14,
        0.86,
        0.25,
        0.74,
        0.5,
        0.87,
        0.7,
        0.96,
        0.86,
        0.86,
      ),
    ],
    [
      line(0.2, 0.08, 0.76, 0.08),
      curve(0.76, 0.08, 0.6, 0.42, 0.2, 0.93),
      line(0.2, 0.93, 0.8, 0.93),
    ],
  ],
  [
    [
      curve(0.22, 0.14, 0.46, 0.03, 0.72, 0.14, 0.7, 0.36, 0.42, 0.47),
      curve(0.42, 0.47, 0.74, 0.54, 0.8, 0.78, 0.54, 0.97, 0.18, 0.86),
    ],
    [
      line(0.22, 0.06, 0.76, 0.06, 0.46, 0.42),
      curve(0.46, 0.42, 0.78, 0.54, 0.78, 0.82, 0.5, 0.97, 0.18, 0.86),
    ],
  ],
  [
    [line(0.28, 0.05, 0.18, 0.56, 0.84, 0.54), line(0.7, 0.1, 0.66, 0.97)],
    [line(0.64, 0.97, 0.66, 0.03, 0.14, 0.64, 0.88, 0.64)],
    [curve(0.26, 0.06, 0.2, 0.38, 0.38, 0.54, 0.7, 0.46), line(0.76, 0.06, 0.7, 0.46, 0.64, 0.97)],
  ],
  [
    [
      line(0.8, 0.06, 0.3, 0.06, 0.26, 0.44),
      curve(0.26, 0.44, 0.55, 0.38, 0.8, 0.56, 0.72, 0.88, 0.44, 0.97, 0.18, 0.86),
    ],
    [
      curve(
        0.8,
        0.08,
        0.5,
        0.05,
        0.28,
        0.2,
        0.36,
        0.42,
        0.66,
        0.54,
        0.76,
        0.76,
        0.52,
        0.96,
        0.2,
        0.88,
      ),
    ],
  ],
  [
    [
      curve(
        0.66,
        0.04,
        0.36,
        0.26,
        0.2,
        0.62,
        0.34,
        0.93,
        0.64,
        0.93,
        0.78,
        0.7,
        0.6,
        0.5,
        0.34,
        0.56,
        0.22,
        0.74,
      ),
    ],
    [
      curve(
        0.4,
        0.03,
        0.26,
        0.4,
        0.26,
        0.8,
        0.5,
        0.97,
        0.72,
        0.8,
        0.62,
        0.58,
        0.4,
        0.6,
        0.28,
        0.76,
      ),
    ],
  ],
  [
    [line(0.18, 0.08, 0.8, 0.08), curve(0.8, 0.08, 0.6, 0.44, 0.42, 0.97)],
    [line(0.18, 0.08, 0.8, 0.08, 0.4, 0.97), line(0.32, 0.5, 0.74, 0.5)],
    [
      line(0.2, 0.24, 0.22, 0.08, 0.78, 0.08),
      curve(0.78, 0.08, 0.64, 0.34, 0.54, 0.62, 0.52, 0.97),
    ],
  ],
  [
    [
      curve(
        0.66,
        0.12,
        0.44,
        0.03,
        0.26,
        0.18,
        0.4,
        0.4,
        0.66,
        0.58,
        0.74,
        0.82,
        0.5,
        0.97,
        0.26,
        0.82,
        0.36,
        0.58,
        0.62,
        0.4,
        0.72,
        0.2,
        0.62,
        0.08,
      ),
    ],
    [
      curve(0.5, 0.03, 0.28, 0.14, 0.3, 0.36, 0.5, 0.47, 0.7, 0.36, 0.72, 0.14, 0.5, 0.03),
      curve(0.5, 0.47, 0.24, 0.6, 0.24, 0.86, 0.5, 0.97, 0.76, 0.86, 0.76, 0.6, 0.5, 0.47),
    ],
  ],
  [
    [
      curve(0.76, 0.22, 0.52, 0.04, 0.26, 0.16, 0.24, 0.42, 0.48, 0.52, 0.72, 0.38, 0.76, 0.2),
      curve(0.76, 0.2, 0.72, 0.58, 0.64, 0.97),
    ],
    [
      curve(
        0.74,
        0.24,
        0.54,
        0.04,
        0.28,
        0.14,
        0.26,
        0.4,
        0.5,
        0.5,
        0.74,
        0.34,
        0.76,
        0.2,
        0.76,
        0.56,
        0.66,
        0.88,
        0.42,
        0.96,
        0.24,
        0.84,
      ),
    ],
  ],
];

/** Straight pieces, cut in three so that a distortion can bend them. */
function line(...points: number[]): Stroke {
  return interpolate(points, 3, (a, b, _before, _after, t) => a + (b - a) * t);
}

/** A Catmull–Rom spline through the points. */
function curve(...points: number[]): Stroke {
  return interpolate(points, 4, (a, b, before, after, t) => {
    const slopeA = (b - before) / 2;
    const slopeB = (after - a) / 2;
    const [u, s] = [1 - t, t * t];
    return a * (1 + 2 * t) * u * u + b * s * (3 - 2 * t) + slopeA * t * u * u - slopeB * s * u;
  });
}

type Between = (a: number, b: number, before: number, after: number, t: number) => number;

function interpolate(points: number[], pieces: number, between: Between): Stroke {
  const last = points.length / 2 - 1;
  const at = (i: number, axis: number) => points[2 * Math.min(Math.max(i, 0), last) + axis];
  const path = Float64Array.from({ length: 2 * (last * pieces + 1) });
  for (let k = 0; k <= last * pieces; k++) {
    const i = Math.min(Math.floor(k / pieces), last - 1);
    for (const axis of [0, 1]) {
      path[2 * k + axis] = between(
        at(i, axis),
        at(i + 1, axis),
        at(i - 1, axis),
        at(i + 2, axis),
        k / pieces - i,
      );
    }
  }
  return path;
}
