import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode, memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { losses, namesOf } from '../options/choices.ts';
import { parse } from '../options/parse.ts';
import { createModel } from './model.ts';

beforeAll(async () => {
  enableProdMode();
  await setBackend('cpu');
});

// Two classes of points, left and right.
const rows = 40;
const x = {
  data: Float32Array.from({ length: rows * 2 }, (_, i) => Math.sin(i * i) + (i % 4 < 2 ? 2 : -2)),
  shape: [rows, 2],
};
const y = {
  data: Float32Array.from({ length: rows * 2 }, (_, i) => Number(i % 4 === 0 || i % 4 === 3)),
  shape: [rows, 2],
};

async function train(...args: string[]) {
  const { config } = parse(['--output-dim', '64', '--scale', '4', '--batch-size', '8', ...args]);
  const model = createModel({ ...config, learningRate: 0.1 });
  try {
    const { history } = await model.fit(x, y, {});
    return { losses: history.map(({ loss }) => loss), ...(await model.evaluate(x, y)) };
  } finally {
    model.dispose();
  }
}

describe('createModel', () => {
  it.each(namesOf(losses))('learns with the loss %s and leaves no tensor', async (loss) => {
    const before = memory().numTensors;
    const { accuracy, losses } = await train('--loss', loss, '--epochs', '10');
    expect(accuracy).toBeGreaterThan(0.95);
    expect(losses).toHaveLength(10);
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    ['--kernel', 'laplacian'],
    ['--seed', '1'],
    ['--batch-size', '9'],
    ['--scale', '5'],
  ])('is another with %s %s', async (...args) => {
    const standard = await train('--epochs', '1');
    expect((await train('--epochs', '1')).losses).toEqual(standard.losses);
    expect((await train('--epochs', '1', ...args)).losses).not.toEqual(standard.losses);
  });
});
