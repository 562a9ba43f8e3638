import { coverageRiskDrawing, svgFile } from '@kernel-methods/report/plots';
import { KernelLogisticRegression, type RejectScoreName, rejecting } from '../../src/index.ts';
import { steps, threeClasses, WIDTH } from './scene.ts';

/**
 * How many answers are wrong if only the surest are given, by three scores, and how many rows of no
 * class each of them finds.
 */
export async function rejectPicture(): Promise<string> {
  const [train, held, test] = [1, 2, 3].map((seed) => threeClasses(2000, seed));
  // All around the classes.
  const unknown = steps(0, 2 * Math.PI, 200).map((angle) => [
    1 + 5 * Math.cos(angle),
    1 + 5 * Math.sin(angle),
  ]);
  const model = new KernelLogisticRegression<string>({ outputDim: 256, scale: 1.5 });
  await model.fit(train.x, train.y);
  const series = [];
  for (const score of ['probability', 'energy', 'relativeMahalanobis'] as RejectScoreName[]) {
    const reject = rejecting(model, { score, coverage: 0.8 });
    await reject.calibrate(held.x, held.y, { training: [train.x, train.y] });
    const { curve, coverage, recall } = await reject.evaluate(test.x, test.y, { unknown });
    const name = `${score}: finds ${Math.round(100 * recall)} % of strangers`;
    series.push({ name, curve, chosen: coverage });
  }
  model.dispose();
  const title = 'What rejecting buys: wrong answers over answered rows';
  return svgFile(coverageRiskDrawing(series, WIDTH), title);
}
