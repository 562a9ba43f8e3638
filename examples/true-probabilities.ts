/**
 * Probabilities that are true: of those that are said to be 30 % likely, 30 % happen.
 *
 * One case in ten is rare, and `classWeight: 'balanced'` finds more of them, but says that each is
 * far likelier than it is. `calibrate` puts that right on rows that the model was not trained on.
 */
import { createRandom, KernelLogisticRegression } from 'kernel-methods';

const random = createRandom(1);
const cases = (rows: number) => {
  const y = Array.from({ length: rows }, () => random.uniform() < 0.1);
  const x = y.map((rare) => [random.normal() + (rare ? 1.5 : 0), random.normal()]);
  return { x, y };
};
const [train, test] = [cases(2000), cases(5000)];

for (const calibrate of [undefined, 'sigmoid', 'isotonic'] as const) {
  const model = new KernelLogisticRegression<boolean>({
    ...{ outputDim: 128, scale: 2 },
    ...(calibrate && { calibrate }),
  });
  await model.fit(train.x, train.y, { classWeight: 'balanced' });
  const { data } = await model.predictProba(test.x);
  model.dispose();
  const said = test.y.map((_, row) => data[2 * row + 1]);
  const mean = said.reduce((sum, p) => sum + p, 0) / said.length;
  const brier = said.reduce((sum, p, row) => sum + (p - Number(test.y[row])) ** 2, 0) / said.length;
  console.log(
    `${calibrate ?? 'left out'}: said ${(100 * mean).toFixed(1)} % on average, mean square error ${brier.toFixed(4)}.`,
  );
}
const came = test.y.filter(Boolean).length / test.y.length;
console.log(`In truth: ${(100 * came).toFixed(1)} %.`);
process.exit(); // The waiting threads keep the process alive.
