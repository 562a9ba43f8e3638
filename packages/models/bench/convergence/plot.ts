import { logPlot } from '../../../simd/bench/log-plot.ts';

interface Curve {
  readonly name: string;
  readonly errors: readonly number[];
  readonly slope: number;
}

const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37'];

/** Error over number of features, both axes logarithmic, with the slope −1/2 that theory says. */
export function convergencePlot(dimensions: readonly number[], curves: readonly Curve[]): string {
  const all = curves.flatMap(({ errors }) => errors);
  const first = curves[0].errors[0];
  const theory = dimensions.map((d) => first * Math.sqrt(dimensions[0] / d));
  return logPlot(
    {
      title: 'Difference from the exact kernel machine over the number of random features',
      left: 70,
      x: { label: 'number of random features', values: dimensions },
      y: {
        label: 'rms difference from the exact machine',
        at: 120,
        range: [Math.min(...all) / 1.3, Math.max(...all) * 1.3],
        ticks: [0.0001, 0.001, 0.01, 0.1, 1],
      },
      lines: curves.map(({ name, slope, errors }, i) => ({
        label: `${name}: slope ${slope.toFixed(2).replace('-', '−')}`,
        colour: COLOURS[i],
        values: errors,
      })),
    },
    ({ y, right, path }) => [
      `<path class="theory" d="${path(theory)}"/>`,
      `<text x="${right}" y="${y(theory[theory.length - 1]) + 16}" text-anchor="end">theory: slope −0.50</text>`,
    ],
  );
}
