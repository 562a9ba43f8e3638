import { createRandom } from '@kernel-methods/random';
import { dotStyle, lookOf, svgFile } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { KernelOneClass } from '../../src/index.ts';
import { steps, WIDTH } from './scene.ts';

const NU = 0.05;
const [ACROSS, DOWN] = [96, 60];
const [left, right, low, high] = [-3.2, 3.2, -2, 2];

/** Level lines of `KernelOneClass` around an arc and a heap of points. */
export async function noveltyPicture(): Promise<string> {
  const fresh = points(400, 2);
  const model = new KernelOneClass({ outputDim: 512, scale: 0.7, nu: NU });
  await model.fit(points(300, 1));
  const grid = steps(low, high, DOWN).flatMap((b) => steps(left, right, ACROSS).map((a) => [a, b]));
  const levels = Array.from((await model.decisionFunction(grid)).data);
  const found = await model.predict(fresh);
  model.dispose();
  const places = fresh.map(([a, b], row) => ({ a, b, kept: found[row] > 0 }));
  const out = places.filter(({ kept }) => !kept).length;
  const [inside, alarm] = [lookOf(0), { ...lookOf(1), hollow: true }];
  const least = levels.reduce((a, b) => Math.min(a, b));
  const field = { width: ACROSS, height: DOWN, x1: left, x2: right, y1: low, y2: high };
  const line = { ...field, fill: 'none', stroke: 'currentColor' };
  return svgFile(
    {
      width: WIDTH,
      height: 440,
      label: `New points in an arc and a heap, and lines of equal score around them. The thick line is the threshold, with ${out} of ${fresh.length} points outside.`,
      legend: [
        { ...inside, text: 'new rows of the kind' },
        { ...alarm, text: `taken for novel: ${out} of ${fresh.length}, for nu = ${NU}` },
      ],
      x: { domain: [left, right], ticks: [], label: null },
      y: { domain: [low, high], ticks: [] },
      marks: [
        Plot.contour(levels, {
          ...line,
          strokeOpacity: 0.3,
          thresholds: [0.15, 0.35, 0.6].map((share) => share * least),
        }),
        Plot.contour(levels, { ...line, strokeWidth: 2, thresholds: [0] }),
        ...[true, false].map((kept) =>
          Plot.dot(
            places.filter((place) => place.kept === kept),
            { x: 'a', y: 'b', ...dotStyle(kept ? inside : alarm), r: kept ? 2.2 : 4 },
          ),
        ),
      ],
    },
    'Novelty: what is not like the rows that were seen',
  );
}

/** An arc, and a heap beside it. */
function points(count: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    if (i % 3 === 0) return [1.9 + 0.3 * random.normal(), 0.2 + 0.3 * random.normal()];
    const angle = Math.PI * (0.3 + 1.2 * random.uniform());
    const radius = 1.4 + 0.12 * random.normal();
    return [radius * Math.cos(angle) - 0.8, radius * Math.sin(angle)];
  });
}
