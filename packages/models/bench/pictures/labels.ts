import { createRandom } from '@kernel-methods/random';
import { dotStyle, lookOf, svgFile } from '@kernel-methods/report/plots';
import * as Plot from '@observablehq/plot';
import { KernelLogisticRegression, multilabel } from '../../src/index.ts';
import { steps, WIDTH } from './scene.ts';

/** F1 of each of several labels by its threshold, and where `threshold: 'f1'` lies. */
export async function labelsPicture(): Promise<string> {
  const [train, test] = [points(1500, 1), points(1500, 2)];
  const model = new KernelLogisticRegression<string[]>({
    task: multilabel({ threshold: 'f1' }),
    outputDim: 256,
    scale: 0.7,
  });
  await model.fit(train.x, train.y);
  const names = model.classes as string[];
  const { data } = await model.predictProba(test.x);
  const predicted = await model.predict(test.x);
  model.dispose();
  const series = names.map((name, k) => {
    const said = test.x.map((_, row) => data[row * names.length + k]);
    const truth = test.y.map((labels) => labels.includes(name));
    const given = said.filter((_, row) => predicted[row].includes(name));
    const at = (threshold: number) => ({ threshold, f1: f1Of(said, truth, threshold) });
    // A row has the label from the threshold on.
    const chosen = at(given.reduce((a, b) => Math.min(a, b)));
    const share = truth.filter(Boolean).length / truth.length;
    return { name, share, curve: steps(0, 0.9, 91).map(at), chosen };
  });
  return svgFile(
    {
      width: WIDTH,
      height: 380,
      label: `F1 of each label by its threshold. ${series
        .map(({ name, chosen }) => `${name}: best near ${chosen.threshold.toFixed(2)}.`)
        .join(' ')}`,
      legend: series.map(({ name, share }, i) => ({
        ...lookOf(i),
        text: `${name} (${Math.round(100 * share)} % of rows)`,
      })),
      x: { domain: [0, 0.9], ticks: 9, label: 'threshold', labelArrow: 'none', grid: true },
      y: { domain: [0, 1], ticks: 5, label: 'F1 on new rows', grid: true },
      marks: series.flatMap(({ curve, chosen }, i) => {
        const { dash, ...look } = lookOf(i);
        return [
          Plot.line(curve, { x: 'threshold', y: 'f1', stroke: look.color, strokeDasharray: dash }),
          Plot.dot([chosen], { x: 'threshold', y: 'f1', ...dotStyle(look), r: 6 }),
        ];
      }),
    },
    "Several labels: the threshold that 'f1' chooses for each",
  );
}

function f1Of(said: readonly number[], truth: readonly boolean[], threshold: number): number {
  const claimed = said.map((p) => p >= threshold);
  const hits = claimed.filter((is, row) => is && truth[row]).length;
  const all = claimed.filter(Boolean).length + truth.filter(Boolean).length;
  return (2 * hits) / all;
}

/** Points on a map with labels that its places make more or less likely. */
function points(count: number, seed: number) {
  const random = createRandom(seed);
  const x = Array.from({ length: count }, () => [
    2 * random.uniform() - 1,
    2 * random.uniform() - 1,
  ]);
  const likely = (share: number) => random.uniform() < share;
  const y = x.map(([a, b]) => [
    ...(likely(a < -0.2 ? 0.85 : 0.1) ? ['sea'] : []),
    ...(likely(b > 0.5 ? 0.55 : 0.05) ? ['north'] : []),
    ...(likely(a * a + b * b > 1.1 ? 0.3 : 0.01) ? ['remote'] : []),
  ]);
  return { x, y };
}
