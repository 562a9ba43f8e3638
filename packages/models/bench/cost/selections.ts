import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { gridSearch, KernelSVM } from '../../src/index.ts';
import type { Case } from './case.ts';

const powers = (base: number, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => base ** (from + i));

/** Searches of newton over scales and penalties in five folds, 2,048 gaussian features. */
export const selections = (folder: string, python: string): readonly Case[] => [
  {
    name: 'select: digits, 25 settings × 5 folds',
    // A twentieth of the 335 s that it took before.
    atMost: 17,
    rounds: 0,
    prepare: () => {
      const scale = powers(2, 0, 5).map((factor) => 5 * factor);
      return prepare(toy('digits', folder, python), { scale, l2: powers(10, -5, 5).reverse() });
    },
    holds: ({ score }) => Number(score) > 0.98,
  },
  {
    name: 'select: iris, 30 settings × 5 folds',
    // A twentieth of the 30 s that it took before.
    atMost: 1.5,
    rounds: 0,
    prepare: () => {
      const grid = { scale: powers(2, -1, 5), l2: powers(10, -6, 6).reverse() };
      return prepare(toy('iris', folder, python), grid);
    },
    holds: ({ score }) => Number(score) > 0.95,
  },
];

async function prepare({ x, y }: Toy, grid: { scale: number[]; l2: number[] }) {
  await tf.setBackend('simd');
  return async () => {
    const svm = new KernelSVM({ loss: 'squaredHinge', solver: 'newton', outputDim: 2048 });
    const { candidates, params, score } = await gridSearch(svm, grid, x, y, { refit: false });
    const stopped = candidates.filter(({ stoppedAfter }) => stoppedAfter !== undefined).length;
    const fits = candidates.reduce((sum, { scores }) => sum + scores.length, 0);
    return { score, ...(params as { scale: number; l2: number }), stopped, fits };
  };
}

interface Toy {
  readonly x: number[][];
  readonly y: number[];
}

/** Of scikit-learn's sets. */
function toy(name: string, folder: string, python: string): Toy {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) {
    const script = fileURLToPath(new URL('../peers/toys.py', import.meta.url));
    const { status, error } = spawnSync(python, [script, folder], { stdio: ['ignore', 2, 2] });
    if (status !== 0) {
      throw new Error(`${python} has no ${name}: ${error?.message ?? `exit status ${status}`}.`);
    }
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}
