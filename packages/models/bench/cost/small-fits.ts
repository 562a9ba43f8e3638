import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { KernelLogisticRegression, KernelRidge, KernelSVM } from '../../src/index.ts';
import type { Case } from './case.ts';

/** CPU seconds that a fit of 50 rows may take. */
const BAR = 0.02;

const shapes = [
  { rows: 2, columns: 2, classes: 2 },
  { rows: 50, columns: 4, classes: 2 },
  { rows: 50, columns: 4, classes: 3 },
  { rows: 50, columns: 30, classes: 5 },
  { rows: 112, columns: 4, classes: 3 },
  { rows: 300, columns: 10, classes: 3 },
];

const estimators = {
  KernelSVM: () => new KernelSVM(),
  KernelRidge: () => new KernelRidge({ task: 'classification' }),
  'KernelRidge, numbers': () => new KernelRidge(),
  KernelLogisticRegression: () => new KernelLogisticRegression(),
};

/** Fits with no option given. */
export const smallFits: readonly Case[] = ['simd', 'cpu'].flatMap((backend) =>
  Object.entries(estimators).flatMap(([name, make]) =>
    shapes.map(({ rows, columns, classes }) => ({
      name: `fit: ${name} on ${backend}, ${rows} × ${columns}, ${classes} classes`,
      ...(rows <= 50 && { atMost: BAR }),
      rounds: 15,
      async prepare() {
        await tf.setBackend(backend);
        const { normal } = createRandom(3).stream('rows');
        const labels = Array.from({ length: rows }, (_, i) => i % classes);
        const x = labels.map((label) =>
          Array.from({ length: columns }, (_, j) => normal() + (j % classes === label ? 1.5 : 0)),
        );
        const y = name.endsWith('numbers') ? x.map(([first]) => Math.sin(first)) : labels;
        return async () => {
          const model = make();
          const { history, settings } = await model.fit(x, y);
          model.dispose();
          return { solver: settings.solver, steps: history.length };
        };
      },
    })),
  ),
);
