// Fits a classifier to CLINC150, its texts or their embeddings, and prints what it took.
// Arguments: the folder of the data, 'text' or 'embeddings', the engine.
import '@kernel-methods/backend-simd';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identity } from '@kernel-methods/features';
import {
  fileSystem,
  KernelLogisticRegression,
  KernelModel,
  KernelSVM,
  newton,
  pairwise,
  textClassifier,
} from '@kernel-methods/models';
import { getSimd } from '@kernel-methods/simd';
import { readEmbeddings } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';

const [folder, what, settings = '{}'] = process.argv.slice(2);
const all = JSON.parse(readFileSync(join(folder, 'data_full.json'), 'utf8'));
await tf.setBackend('simd');
const engine = `${getSimd().engine.name}, ${getSimd().threads} threads`;

const labelsOf = (split: string) => all[split].map(([, label]: [string, string]) => label);

/** A classifier as this program uses it. */
interface Classifier {
  fit(rows: unknown, labels: string[]): Promise<unknown>;
  score(rows: unknown, labels: string[]): Promise<number>;
  predict(row: unknown): Promise<unknown>;
  save(handler: tf.io.IOHandler): Promise<void>;
}

const { model, rowsOf, first } = what === 'text' ? await ofTexts() : await ofEmbeddings();

const start = performance.now();
await model.fit(rowsOf('train'), labelsOf('train'));
const fitSeconds = (performance.now() - start) / 1000;
const fitMegabytes = process.resourceUsage().maxRSS / 1024;
const accuracy = await model.score(rowsOf('test'), labelsOf('test'));
const validationAccuracy = await model.score(rowsOf('val'), labelsOf('val'));

const times: number[] = [];
for (let i = 0; i < 300; i++) {
  const row = first(i);
  const before = performance.now();
  await model.predict(row);
  times.push(performance.now() - before);
}
times.sort((a, b) => a - b);

const saved = mkdtempSync(join(tmpdir(), 'bench-text-'));
await model.save(fileSystem(saved));
const modelBytes = readdirSync(saved).reduce(
  (sum, file) => sum + statSync(join(saved, file)).size,
  0,
);
rmSync(saved, { recursive: true });

console.log(
  JSON.stringify({
    ...{ engine, fitSeconds, accuracy, validationAccuracy, modelBytes },
    predictMilliseconds: times[times.length / 2],
    ...{ fitMegabytes, megabytes: process.resourceUsage().maxRSS / 1024 },
  }),
);
process.exit(0);

async function ofTexts() {
  const texts = (split: string): string[] => all[split].map(([text]: [string]) => text);
  const test = texts('test');
  return {
    model: textClassifier(JSON.parse(settings)) as unknown as Classifier,
    rowsOf: texts,
    first: (i: number): unknown => test[i],
  };
}

async function ofEmbeddings() {
  const splits = Object.fromEntries(
    await Promise.all(
      ['train', 'val', 'test'].map(async (split) => {
        const path = join(folder, `embeddings-${split}.f16`);
        return [split, await readEmbeddings(path, { columns: 384, type: 'float16' })] as const;
      }),
    ),
  );
  const {
    kind = 'KernelSVM',
    isLinear = false,
    tolerance,
    pairs,
    ...options
  } = JSON.parse(settings);
  const Model = { KernelSVM, KernelModel, KernelLogisticRegression }[kind as 'KernelSVM'];
  if (isLinear) options.features = identity();
  const linear = newton(tolerance === undefined ? {} : { tolerance });
  if (pairs !== undefined) options.solver = pairwise(linear, pairs);
  else if (tolerance !== undefined) options.solver = linear;
  return {
    model: new Model(options) as unknown as Classifier,
    rowsOf: (split: string) => splits[split],
    first: (i: number) => [splits.test.data.subarray(384 * i, 384 * (i + 1))],
  };
}
