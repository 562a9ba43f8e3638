import { dotStyle, lookOf, svgFile } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { conformal, KernelLogisticRegression } from '../../src/index.ts';
import { threeClasses, WIDTH } from './scene.ts';

const COVERAGE = 0.9;

/** How often the true class is in the set, by class: for all rows together, and `by: 'class'`. */
export async function conformalPicture(): Promise<string> {
  const [seen, test] = [threeClasses(3000, 1), threeClasses(4000, 2)];
  const names = [...new Set(test.y)].sort();
  const series = [];
  for (const by of [undefined, 'class'] as const) {
    const model = new KernelLogisticRegression<string>({ outputDim: 256, scale: 1.5 });
    const sets = conformal(model, { coverage: COVERAGE, ...(by && { by }) });
    await sets.fit(seen.x, seen.y);
    const regions = await sets.predict(test.x);
    sets.dispose();
    const shares = names.map((name) => {
      const own = regions.filter((_, row) => test.y[row] === name);
      const hits = own.filter(({ labels }) => labels.includes(name)).length;
      return { name, share: hits / own.length };
    });
    series.push({ name: by ? "by: 'class'" : 'for all rows together', shares });
  }
  return svgFile(
    {
      width: WIDTH,
      height: 340,
      label: `How often the true class is in the set. ${series
        .map(
          ({ name, shares }) =>
            `${name}: ${shares.map((one) => `${one.name} ${percent(one.share)}`).join(', ')}.`,
        )
        .join(' ')}`,
      legend: series.map(({ name }, i) => ({ ...lookOf(i), text: name })),
      x: { type: 'point', domain: names, label: null, padding: 0.4 },
      y: {
        ...{ domain: [0.5, 1.05], ticks: 5, tickFormat: '.0%', grid: true },
        label: 'the true class is in the set',
      },
      marks: [
        Plot.ruleY([COVERAGE], { stroke: 'currentColor', strokeDasharray: '2 4' }),
        ...series.map(({ shares }, i) =>
          Plot.dot(shares, {
            x: 'name',
            y: 'share',
            ...dotStyle(lookOf(i)),
            r: 7,
            dx: 24 * i - 12,
          }),
        ),
        ...series.map(({ shares }, i) =>
          Plot.text(shares, {
            ...{ x: 'name', y: 'share', text: ({ share }) => percent(share) },
            ...{ dx: 24 * i - 12, dy: i === 0 ? -14 : 18, fill: 'currentColor' },
          }),
        ),
      ],
    },
    'Conformal sets: the coverage of each class',
  );
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
