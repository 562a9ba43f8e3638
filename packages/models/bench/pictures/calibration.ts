import { reliability, reliabilityDrawing, svgFile } from '@kernel-methods/report/plots';
import { KernelLogisticRegression, type KernelModelOptions } from '../../src/index.ts';
import { threeClasses, WIDTH } from './scene.ts';

/** Whether probabilities of a rare class are true, with class weights and several calibrations. */
export async function calibrationPicture(): Promise<string> {
  const [train, test] = [threeClasses(4000, 1), threeClasses(10_000, 2)];
  const [rare, truth] = [train, test].map(({ y }) => y.map((name) => name === 'cedar'));
  const series = [];
  for (const calibrate of [undefined, 'sigmoid', 'isotonic'] as const) {
    const options: KernelModelOptions = { outputDim: 128, scale: 1.5 };
    const model = new KernelLogisticRegression<boolean>({
      ...options,
      ...(calibrate && { calibrate }),
    });
    await model.fit(train.x, rare, { classWeight: 'balanced' });
    const { data } = await model.predictProba(test.x);
    model.dispose();
    const said = truth.map((_, row) => data[2 * row + 1]);
    series.push({ name: calibrate ?? 'left out', ...reliability(said, truth, 8) });
  }
  const title = "Calibration: probabilities of a rare class with classWeight: 'balanced'";
  return svgFile(reliabilityDrawing(series, WIDTH), title);
}
