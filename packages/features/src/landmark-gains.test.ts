import { createRandom } from '@kernel-methods/random';
import { describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { meanAndError } from './fixtures/approximation.ts';
import { gaussian, type LandmarkMethod, nystroem } from './index.ts';

const kernel = gaussian({ scale: 2 });
const seeds = Array.from({ length: 16 }, (_, seed) => seed);

/** Clusters of so many rows in 8 dimensions, far apart for the kernel; the first rows are the first's. */
function clusters(sizes: number[], spread: number): number[][] {
  const random = createRandom(2);
  const [centers, rows] = [random.stream('centers'), random.stream('rows')];
  return sizes.flatMap((size) => {
    const center = Array.from({ length: 8 }, () => 3 * centers.normal());
    return Array.from({ length: size }, () => center.map((c) => c + spread * rows.normal()));
  });
}

interface Errors {
  /** ‖K − approximation‖, the largest eigenvalue. */
  norm: number;
  /** The mean of K(x, x) less its approximation, over the first rows and over the others. */
  common: number;
  rare: number;
}

async function errorsOf(rows: number[][], common: number, landmarks: LandmarkMethod) {
  const x = tf.tensor2d(rows);
  const gram = kernel.evaluate(x, x);
  const found: Errors[] = [];
  for (const seed of seeds) {
    const map = nystroem({ outputDim: 60, kernel, landmarks, seed });
    await map.fit(x);
    found.push(
      tf.tidy(() => {
        const z = map.apply(x) as tf.Tensor2D;
        const gaps = tf.sub(1, tf.sum(tf.square(z), 1));
        const parts = tf.split(gaps, [common, rows.length - common]);
        const [ofCommon, ofRare] = parts.map((part) => tf.mean(part).dataSync()[0]);
        return { norm: largest(gram, z), common: ofCommon, rare: ofRare };
      }),
    );
    map.dispose();
  }
  tf.dispose([x, gram]);
  return found;
}

/** The largest eigenvalue of gram − z·zᵀ, by the power method. */
function largest(gram: tf.Tensor2D, z: tf.Tensor2D): number {
  let vector = tf.ones([z.shape[0], 1]) as tf.Tensor2D;
  let norm = 0;
  for (let round = 0; round < 12; round++) {
    const explained = tf.matMul(z, tf.matMul(z, vector, true));
    const next = tf.sub(tf.matMul(gram, vector), explained);
    norm = tf.norm(next).dataSync()[0];
    vector = tf.div(next, norm);
  }
  return norm;
}

/** Of the errors' ratio, one per seed: the mean of its log, and three standard errors of that. */
function logRatio(of: Errors[], against: Errors[], name: keyof Errors): [number, number] {
  const [mean, error] = meanAndError(of.map((own, i) => Math.log(own[name] / against[i][name])));
  return [mean, 3 * error];
}

describeOnBackends('landmarks among clusters, one large and eight small', () => {
  const errors: Partial<Record<LandmarkMethod, Errors[]>> = {};
  beforeAll(async () => {
    const rows = clusters([800, ...new Array<number>(8).fill(25)], 0.4);
    for (const method of ['uniform', 'kmeans++', 'leverage'] as const) {
      errors[method] = await errorsOf(rows, 800, method);
    }
  });

  it.each(['kmeans++', 'leverage'] as const)(
    '%s beats uniform over all, and where rows are rare',
    (method) => {
      for (const [name, most] of [
        ['norm', 0.8],
        ['rare', 0.8],
      ] as const) {
        const [mean, reach] = logRatio(errors[method]!, errors.uniform!, name);
        expect(mean + reach).toBeLessThan(Math.log(most));
      }
    },
  );

  it.each(['kmeans++', 'leverage'] as const)('%s pays for it where there are many', (method) => {
    const [mean, reach] = logRatio(errors[method]!, errors.uniform!, 'common');
    expect(mean - reach).toBeGreaterThan(0);
  });
}, ['simd']);

describeOnBackends('landmarks in one cluster', () => {
  it('are no better by k-means++ or leverage, and worse by little', async () => {
    const rows = clusters([600], 0.7);
    const [uniform, ...others] = [
      await errorsOf(rows, 300, 'uniform'),
      await errorsOf(rows, 300, 'kmeans++'),
      await errorsOf(rows, 300, 'leverage'),
    ];
    for (const own of others) {
      const [mean, reach] = logRatio(own, uniform, 'common');
      expect(mean + reach).toBeLessThan(Math.log(1.15));
      expect(mean - reach).toBeGreaterThan(Math.log(0.9));
    }
  });
}, ['simd']);
