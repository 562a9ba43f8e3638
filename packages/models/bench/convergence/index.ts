// How fast kernel machines on random features come near the exact ones: prints a table and draws it.
// node --conditions=@kernel-methods/source packages/models/bench/convergence/index.ts [--svg FILE]
import '@kernel-methods/backend-simd';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomFourierFeatures } from '@kernel-methods/features';
import { adam, KernelModel, type KernelModelOptions, newton } from '@kernel-methods/models';
import * as tf from '@tensorflow/tfjs-core';
import { convergencePlot } from './plot.ts';

interface Exact {
  readonly scale: number;
  readonly alpha: number;
  readonly C: number;
  readonly x: number[][];
  readonly test: number[][];
  readonly numbers: number[];
  readonly labels: number[];
  readonly ridge: number[];
  readonly svc: number[];
  readonly squaredHinge: number[];
}

interface Machine {
  readonly name: string;
  readonly target: number[];
  readonly y: number[];
  /** Draws of the features. */
  readonly seeds: number;
  readonly options: KernelModelOptions;
}

const DIMENSIONS = [64, 128, 256, 512, 1024, 2048, 4096];

const { values } = parseArgs({ options: { svg: { type: 'string' } } });
const url = new URL('exact.json', import.meta.url);
const exact: Exact = JSON.parse(readFileSync(url, 'utf8'));
const n = exact.x.length;

// With normalized features ‖W‖² is the squared norm in the kernel's space: 1 / (C·n), 2·alpha / n.
const machines: Machine[] = [
  {
    name: 'ridge regression, against KernelRidge (with a bias)',
    target: exact.ridge,
    y: exact.numbers,
    seeds: 10,
    options: { loss: 'meanSquaredError', task: 'regression', l2: (2 * exact.alpha) / n },
  },
  {
    name: 'SVM, squared hinge, against the exact one',
    target: exact.squaredHinge,
    y: exact.labels,
    seeds: 10,
    options: { loss: 'squaredHinge', solver: newton({ tolerance: 1e-7 }), l2: 1 / (exact.C * n) },
  },
  {
    name: 'SVM, hinge, against SVC',
    target: exact.svc,
    y: exact.labels,
    seeds: 4,
    options: {
      ...{ loss: 'hinge', solver: adam({ learningRate: 3e-3 }) },
      ...{ batchSize: n, epochs: 4000, l2: 1 / (exact.C * n) },
    },
  },
];

tf.enableProdMode();
await tf.setBackend('simd');
const curves = [];
for (const { name, target, y, seeds, options } of machines) {
  console.log(`\n${name}\n      D   rms difference of decisions, mean of ${seeds} draws`);
  const errors: number[] = [];
  for (const outputDim of DIMENSIONS) {
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const features = randomFourierFeatures({
        ...{ outputDim, seed, scale: exact.scale, normalize: true },
      });
      const model = new KernelModel({ ...options, features });
      await model.fit(exact.x, y);
      const { data } = await model.decisionFunction(exact.test);
      model.dispose();
      sum += Math.sqrt(data.reduce((s, f, i) => s + (f - target[i]) ** 2, 0) / data.length);
    }
    errors.push(sum / seeds);
    console.log(`${String(outputDim).padStart(7)}   ${(sum / seeds).toFixed(5)}`);
  }
  const slope = slopeOf(DIMENSIONS.map(Math.log), errors.map(Math.log));
  console.log(`  slope of log error over log D: ${slope.toFixed(2)} (theory: -0.50)`);
  curves.push({ name, errors, slope });
}
if (values.svg !== undefined) writeFileSync(values.svg, convergencePlot(DIMENSIONS, curves));

function slopeOf(x: number[], y: number[]): number {
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const xy = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return xy / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
