import { lookOf, svgFile } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { KernelQuantile } from '../../src/index.ts';
import { noisyWave, steps, WIDTH } from './scene.ts';

/** Bands between quantiles of numbers whose noise grows. */
export async function quantilesPicture(): Promise<string> {
  const { x, y } = noisyWave(500, 1);
  const model = new KernelQuantile({
    ...{ quantiles: [0.05, 0.25, 0.5, 0.75, 0.95], outputDim: 256, scale: 1.5 },
  });
  await model.fit(x, y);
  const at = steps(0, 6, 121);
  const found = await model.predict(at.map((a) => [a]));
  model.dispose();
  const rows = at.map((a, i) => ({ a, q: found[i] }));
  const [{ color }, { color: other }] = [lookOf(0), lookOf(1)];
  const band = (from: number, to: number) =>
    Plot.areaY(rows, {
      ...{ x: 'a', y1: ({ q }) => q[from], y2: ({ q }) => q[to] },
      ...{ fill: color, fillOpacity: 0.22 },
    });
  return svgFile(
    {
      width: WIDTH,
      height: 380,
      label:
        'Points around a wave, with the median and bands that hold half and nine tenths of them; the bands grow with the noise and never cross.',
      legend: [
        { ...lookOf(0), text: 'median; bands of 50 % and 90 %' },
        { ...lookOf(1), text: 'rows' },
      ],
      x: { domain: [0, 6], ticks: 6, label: null },
      y: { domain: [-2.6, 2.6], ticks: 5, grid: true },
      marks: [
        Plot.dot(
          x.map(([a], row) => [a, y[row]]),
          { r: 1.6, fill: other },
        ),
        band(0, 4),
        band(1, 3),
        Plot.line(rows, { x: 'a', y: ({ q }) => q[2], stroke: color, strokeWidth: 2 }),
      ],
    },
    'Quantiles: bands that do not cross',
  );
}
