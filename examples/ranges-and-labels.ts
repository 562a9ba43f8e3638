/**
 * Ranges instead of numbers, and several labels instead of one.
 *
 * `KernelQuantile` predicts the ends of a range that holds nine targets of ten, wide where there is
 * much noise; `conformal` makes the share true on new rows. Then a row gets any number of labels, with
 * a probability for each.
 */
import {
  conformal,
  createRandom,
  KernelLogisticRegression,
  KernelQuantile,
  multilabel,
} from 'kernel-methods';

const random = createRandom(1).stream('rows');
const noisy = (rows: number) => {
  const x = Array.from({ length: rows }, () => [6 * random.uniform()]);
  return { x, y: x.map(([a]) => Math.sin(a) + (a / 10) * random.normal()) };
};
const [train, test] = [noisy(800), noisy(2000)];

const quantiles = new KernelQuantile({ quantiles: [0.05, 0.5, 0.95], outputDim: 256, scale: 1.5 });
await quantiles.fit(train.x, train.y);
const places = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5];
const column = (y: number) => Math.round((y + 2.5) * 15);
for (const [i, row] of (await quantiles.predict(places.map((a) => [a]))).entries()) {
  const [low, middle, high] = row.map(column);
  const line = Array.from({ length: 75 }, (_, c) =>
    c === middle ? 'o' : c >= low && c <= high ? '-' : ' ',
  );
  console.log(
    `${places[i].toFixed(1)} |${line.join('')}| ${row.map((v) => v.toFixed(2)).join(' ')}`,
  );
}
for (const { quantile, coverage } of (await quantiles.evaluate(test.x, test.y)).quantiles ?? []) {
  console.log(`Under the quantile ${quantile}: ${coverage.toFixed(3)} of new rows.`);
}
const ranges = conformal(quantiles, { coverage: 0.9 });
await ranges.fit(train.x, train.y);
const { coverage, size } = await ranges.evaluate(test.x, test.y);
console.log(`In its range: ${coverage.toFixed(3)} of new rows; mean width ${size.toFixed(2)}.`);
for (const one of [quantiles, ranges]) one.dispose();

// What a point on a map is: by the sea (left), in the north (up), far from the middle.
const points = (rows: number) =>
  Array.from({ length: rows }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
const labelsOf = ([a, b]: number[]) => [
  ...(a < -0.3 ? ['sea'] : []),
  ...(b > 0.2 ? ['north'] : []),
  ...(a * a + b * b > 0.9 ? ['remote'] : []),
];
const [seen, unseen] = [points(600), points(600)];
const map = new KernelLogisticRegression<string[]>({
  task: multilabel({ threshold: 'f1' }),
  outputDim: 256,
  scale: 0.7,
});
await map.fit(seen, seen.map(labelsOf));
const { accuracy, f1Macro, hammingLoss } = await map.evaluate(unseen, unseen.map(labelsOf));
console.log(`Labels of [-0.8, 0.7]: ${(await map.predict([[-0.8, 0.7]]))[0].join(', ')}.`);
console.log(
  `F1 of labels: ${f1Macro?.toFixed(3)}; all right: ${accuracy?.toFixed(3)}; decisions wrong: ${hammingLoss?.toFixed(3)}.`,
);
map.dispose();
