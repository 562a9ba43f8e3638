import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readEmbeddings } from '../../../tables/src/index.ts';
import { KernelLogisticRegression } from '../../src/index.ts';
import type { Case } from './case.ts';

/**
 * CLINC150: 15,000 sentence embeddings of 384 numbers and 150 intents, 2,048 gaussian features, softmax.
 * A feature row is some √1024 long: on rows of length 1 this would be an l2 of 1e-5.
 */
const l2 = 0.01;

export function intents(): readonly Case[] {
  const { KERNEL_METHODS_DATA: data } = process.env;
  const folder = data === undefined ? undefined : join(data, 'clinc150');
  if (folder === undefined || !existsSync(folder)) {
    console.error('Skipped: the intents, as CLINC150 is not in KERNEL_METHODS_DATA.');
    return [];
  }
  return [
    {
      name: 'intents: CLINC150 by newton',
      atMost: 15,
      rounds: 0,
      async prepare() {
        await tf.setBackend('simd');
        const [train, test] = [await read(folder, 'train'), await read(folder, 'test')];
        return async () => {
          const model = new KernelLogisticRegression({ solver: 'newton', outputDim: 2048, l2 });
          const { history, stopped } = await model.fit(train.x, train.y);
          const score = await model.score(test.x, test.y);
          model.dispose();
          return { score, steps: history.length, stopped };
        };
      },
      holds: ({ score }) => Number(score) >= 0.954,
    },
  ];
}

async function read(folder: string, split: string) {
  const { dim } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
  const texts = JSON.parse(readFileSync(join(folder, 'data_full.json'), 'utf8'));
  const file = join(folder, `embeddings-${split}.f16`);
  const x = await readEmbeddings(file, { columns: dim, type: 'float16' });
  return { x, y: texts[split].map(([, label]: [string, string]) => label) as string[] };
}
