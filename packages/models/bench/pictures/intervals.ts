import { lookOf, svgFile } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { conformal, type KernelModel, KernelQuantile, KernelRidge } from '../../src/index.ts';
import { noisyWave, steps, WIDTH } from './scene.ts';

/** Conformal intervals around a mean and around quantiles: both hold their share. */
export async function intervalsPicture(): Promise<string> {
  const [seen, test] = [noisyWave(800, 1), noisyWave(2000, 2)];
  const common = { outputDim: 256, scale: 1.5 };
  const series = [
    await intervals('KernelRidge', new KernelRidge(common) as KernelModel, seen, test),
    await intervals(
      'KernelQuantile',
      new KernelQuantile({ ...common, quantiles: [0.05, 0.95] }) as KernelModel,
      seen,
      test,
    ),
  ];
  return svgFile(
    {
      width: WIDTH,
      height: 380,
      label: `Intervals for nine rows of ten. ${series
        .map(({ name, coverage }) => `Around ${name}: ${percent(coverage)} of new rows.`)
        .join(' ')} Those around the quantiles are as wide as the noise.`,
      legend: series.map(({ name, coverage }, i) => ({
        ...lookOf(i),
        text: `${name}: ${percent(coverage)} of new rows`,
      })),
      x: { domain: [0, 6], ticks: 6, label: null },
      y: { domain: [-2.6, 2.6], ticks: 5, grid: true },
      marks: [
        Plot.dot(
          test.x.slice(0, 500).map(([a], row) => [a, test.y[row]]),
          { r: 1.6, fill: 'var(--muted)' },
        ),
        ...series.flatMap(({ rows }, i) => {
          const { color, dash } = lookOf(i);
          const line = { x: 'a', stroke: color, strokeWidth: 2, strokeDasharray: dash };
          return (['lower', 'upper'] as const).map((y) => Plot.line(rows, { ...line, y }));
        }),
      ],
    },
    'Conformal intervals: around a mean, and around quantiles',
  );
}

type Rows = ReturnType<typeof noisyWave>;

async function intervals(name: string, model: KernelModel, seen: Rows, test: Rows) {
  const ranges = conformal(model, { coverage: 0.9 });
  await ranges.fit(seen.x, seen.y);
  const { coverage } = await ranges.evaluate(test.x, test.y);
  const at = steps(0, 6, 121);
  const found = await ranges.predict(at.map((a) => [a]));
  ranges.dispose();
  const rows = at.map((a, i) => ({ a, ...(found[i] as { lower: number; upper: number }) }));
  return { name, coverage, rows };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
