import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  KernelLogisticRegression,
  type RejectScore,
  type RejectScoreName,
  rejecting,
  sumOfScores,
} from '../src/index.ts';

/** What a score does on a set of intents. */
export interface IntentRow {
  readonly name: string;
  /** Of accuracy in scope and recall out of scope. */
  readonly mean: number;
  readonly accuracy: number;
  readonly recall: number;
  readonly auroc: number;
  readonly meanRisk: number;
  /** To fit and to choose the threshold. */
  readonly seconds: number;
  /** Of a prediction, per row. */
  readonly milliseconds: number;
}

const scores: Record<string, RejectScoreName | RejectScore> = {
  'distance + 10 energy': sumOfScores(['relativeMahalanobis', 'energy'], [1, 10]),
  relativeMahalanobis: 'relativeMahalanobis',
  distance: 'distance',
  energy: 'energy',
  margin: 'margin',
  probability: 'probability',
};

/**
 * The scores of `rejecting` on the embeddings of a set of intents; thresholds come from its
 * validation rows, and from examples of the unknown, of which those of the test are others.
 *
 * The folder is laid out as CLINC150 is: `data_full.json` holds for each part (train, val, test, and
 * with `oos_` the rows out of scope) pairs of a text and its label, `embeddings-PART.f16` as many
 * rows of numbers in half precision, of any one width.
 *
 * @param tell gets a line for each score.
 * @throws Error that names a file that is missing, or whose rows are not those of the labels.
 */
export async function measureIntents(
  folder: string,
  tell: (row: IntentRow) => void,
  { outputDim = 2048 }: { readonly outputDim?: number } = {},
): Promise<IntentRow[]> {
  const { train, held, test, unknown, strangers } = readIntents(folder);
  const start = performance.now();
  // Chosen on CLINC150's validation rows: the weight of the energy of 10, 20 and 40, the solver and its
  // epochs of newton by tolerance, adam of 2, 4 and 8 epochs, and eigenpro of 1, 2 and 4.
  const model = new KernelLogisticRegression<string>({
    ...{ outputDim, scale: 0.76, l2: 3.3e-6, solver: 'eigenpro', epochs: 2 },
  });
  await model.fit(train.x, train.y);
  const fitSeconds = (performance.now() - start) / 1000;
  const training = [train.x, train.y] as const;
  const rows: IntentRow[] = [];
  for (const [name, score] of Object.entries(scores)) {
    const reject = rejecting(model, { score });
    const from = performance.now();
    await reject.calibrate(held.x, held.y, { unknown: unknown.x, training });
    const seconds = fitSeconds + (performance.now() - from) / 1000;
    const found = await reject.evaluate(test.x, test.y, { unknown: strangers.x });
    const before = performance.now();
    await reject.predict(test.x);
    const milliseconds = (performance.now() - before) / test.y.length;
    const { accuracy, recall, auroc, meanRisk } = found;
    const mean = (accuracy + recall) / 2;
    const row = { name, mean, accuracy, recall, auroc, meanRisk, seconds, milliseconds };
    rows.push(row);
    tell(row);
  }
  model.dispose();
  return rows;
}

/** Embeddings, and the label of each. */
interface Part {
  readonly x: { readonly data: Float32Array; readonly shape: [number, number] };
  readonly y: readonly string[];
}

/** The parts of a set of intents; examples of the unknown are those for training and validation. */
export function readIntents(folder: string) {
  const path = join(folder, 'data_full.json');
  if (!existsSync(path)) throw new Error(`${path} is not there.`);
  const labels = JSON.parse(readFileSync(path, 'utf8')) as Record<string, [string, string][]>;
  const read = (part: string): Part => {
    if (labels[part] === undefined) throw new Error(`${path} has no part '${part}'.`);
    const y = labels[part].map(([, label]) => label);
    const file = join(folder, `embeddings-${part}.f16`);
    if (!existsSync(file)) throw new Error(`${file} is not there.`);
    const bytes = readFileSync(file);
    const data = Float32Array.from({ length: bytes.length / 2 }, (_, i) =>
      half(bytes.readUInt16LE(2 * i)),
    );
    const width = data.length / y.length;
    if (!Number.isInteger(width) || width === 0) {
      throw new Error(
        `${file} must hold ${y.length} rows of one width. Received: ${data.length} numbers.`,
      );
    }
    return { x: { data, shape: [y.length, width] }, y };
  };
  return {
    train: read('train'),
    held: read('val'),
    test: read('test'),
    unknown: joined(read('oos_train'), read('oos_val')),
    strangers: read('oos_test'),
  };
}

function joined(a: Part, b: Part): Part {
  const data = new Float32Array(a.x.data.length + b.x.data.length);
  data.set(a.x.data);
  data.set(b.x.data, a.x.data.length);
  return { x: { data, shape: [a.y.length + b.y.length, a.x.shape[1]] }, y: [...a.y, ...b.y] };
}

/** A number of IEEE half precision. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
