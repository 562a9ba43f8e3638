import { images } from './images.ts';
import { readOptions } from './options.ts';

type Images = Awaited<ReturnType<typeof images>>;

interface Classifier<Rows> {
  /** Images as it takes them, which is not timed. */
  rowsOf(x: Images['x']): Rows;
  fit(x: Rows, y: Images['y']): unknown;
  predict(x: Rows): ArrayLike<unknown> | Promise<ArrayLike<unknown>>;
}

/** Fits to the first rows of MNIST, predicts 1,000 others, and prints seconds and accuracy. */
export async function classify<Rows>({ rowsOf, fit, predict }: Classifier<Rows>): Promise<void> {
  const { dataDir, rows } = readOptions();
  const train = await images('train', dataDir, rows);
  const test = await images('test', dataDir, 1000);
  const [x, xTest] = [rowsOf(train.x), rowsOf(test.x)];
  const started = performance.now();
  await fit(x, train.y);
  const fitted = performance.now();
  const predicted = await predict(xTest);
  const ended = performance.now();
  const right = test.y.filter((label, row) => label === predicted[row]).length;
  console.log(
    JSON.stringify({
      seconds: (ended - started) / 1000,
      fitSeconds: (fitted - started) / 1000,
      testAccuracy: right / test.y.length,
    }),
  );
}
