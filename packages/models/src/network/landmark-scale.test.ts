import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { arraySource, sparseSource } from '../data/row-source.ts';
import { readsTargets } from './feature-layers.ts';
import { landmarkScale } from './landmark-scale.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

describe('landmarkScale', () => {
  const rows = 80;
  const { normal } = createRandom(3);
  /** 20 heaps of 4 rows, 1 apart. */
  const heaps = Array.from({ length: rows }, (_, i) => Math.floor(i / 4));
  const values = Float32Array.from(heaps, (heap) => heap + 0.02 * normal());
  const noise = Float32Array.from({ length: rows }, () => 0.3 * normal());
  const signs = Array.from({ length: 20 }, () => Math.sign(normal()));

  async function chosen(truth: (heap: number) => number): Promise<number> {
    const x = tf.tensor2d(values, [rows, 1]);
    const y = noise.map((error, i) => truth(heaps[i]) + error);
    let scale = Number.NaN;
    await expectNoLeak(async () => {
      scale = await landmarkScale(x, { y, units: 1 }, 12, new AbortController().signal);
    });
    x.dispose();
    return scale;
  }

  it('is a quarter of the median where each heap has a sign of its own, and more for a line', async () => {
    expect(await chosen((heap) => signs[heap])).toBe(3);
    expect(await chosen((heap) => heap / 10)).toBeGreaterThan(3);
  });

  it('stops when it is aborted', async () => {
    const x = tf.tensor2d(values, [rows, 1]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(landmarkScale(x, { y: noise, units: 1 }, 1, signal)).rejects.toThrow('enough');
    x.dispose();
  });
});

describe('readsTargets', () => {
  const open = { features: 'gaussian', choosesFeatures: true, outputDim: 2048, seed: 0 } as const;
  const source = (rows: number, columns: number) =>
    arraySource(new Float32Array(rows * columns), [rows, columns]);

  it('is true for more rows than landmarks, of few columns with their zeros, if the map is open', () => {
    expect(readsTargets(open, source(2001, 32))).toBe(true);
    expect(readsTargets(open, source(2000, 32))).toBe(false);
    expect(readsTargets(open, source(2001, 33))).toBe(false);
    expect(readsTargets({ ...open, choosesFeatures: false }, source(2001, 32))).toBe(false);
    const indptr = new Uint32Array(2002);
    const none = { indices: new Uint32Array(0), values: new Float32Array(0) };
    expect(readsTargets(open, sparseSource({ indptr, ...none, shape: [2001, 3] }))).toBe(false);
    expect(readsTargets(open, arraySource(new Float32Array(2001 * 4), [2001, 2, 2]))).toBe(false);
  });
});
