import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { describeOnBackends } from './backends.ts';
import { maxAbsDifference } from './closeness.ts';
import { finiteDifference } from './finite-differences.ts';
import { expectNoLeak } from './leaks.ts';

type FloatArray = Float32Array | Float64Array;

interface Batch {
  targets: ArrayLike<number>;
  predictions: ArrayLike<number>;
  units: number;
}

/** A loss as the suite sees it. */
export interface LossUnderTest {
  (yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor;
  readonly name: string;
  readonly coding: 'sign' | 'one-hot' | 'real';
  readonly link?: string;
  readonly config: Readonly<Record<string, number | readonly number[]>>;
  values<Out extends FloatArray>(batch: Batch, out: Out): Out;
  gradient<Out extends FloatArray>(batch: Batch, out: Out): Out;
  valuesAndGradient(batch: Batch, values: FloatArray, gradient: FloatArray): void;
  hessianProduct?<Out extends FloatArray>(b: Batch, direction: ArrayLike<number>, out: Out): Out;
}

export interface LossContract {
  loss: LossUnderTest;
  /** Rows exactly on a kink of the loss, with the gradient that the loss documents there. */
  kinks: { targets: number[]; predictions: number[]; gradient: number[] }[];
  byName(name: string, config?: Record<string, number | readonly number[]>): LossUnderTest;
  save(model: tfl.LayersModel, handler: tf.io.IOHandler): Promise<unknown>;
  load(handler: tf.io.IOHandler): Promise<tfl.LayersModel>;
}

/** Tests that every loss must pass, on plain arrays and on each backend. */
export function describeLoss(contract: LossContract): void {
  const { loss } = contract;
  const label = [loss.name, ...Object.values(loss.config)].join(' ');
  describe(`loss contract: ${label}`, () => {
    closedForms(contract);
    describeOnBackends('as tensors', () => {
      tensors(contract);
      training(contract);
    });
  });
}

const shapes = [
  [1, 1],
  [7, 1],
  [5, 2],
  [6, 5],
];

function closedForms({ loss, kinks, byName }: LossContract): void {
  const units = (row: { targets: number[] }) => row.targets.length;

  it('is found by its name, with its parameters', () => {
    expect(loss.name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(['sign', 'one-hot', 'real']).toContain(loss.coding);
    const found = byName(loss.name, { ...loss.config });
    expect([found.name, found.coding, found.link]).toEqual([loss.name, loss.coding, loss.link]);
    expect(found.config).toEqual(loss.config);
    const batch = makeBatch(loss, 6, 3);
    expect(found.values(batch, new Float64Array(6))).toEqual(
      loss.values(batch, new Float64Array(6)),
    );
  });

  it.each(shapes)('has the gradient of finite differences, %i × %i', (rows, width) => {
    const batch = makeBatch(loss, rows, width);
    const expected = finiteDifference((x) => total(loss, batch, x), batch.predictions);
    const gradient = loss.gradient(batch, new Float64Array(rows * width).fill(Number.NaN));
    expect(maxAbsDifference(gradient, expected)).toBeLessThan(1e-7);
  });

  it.each(shapes)('has both at once, %i × %i', (rows, width) => {
    const batch = makeBatch(loss, rows, width);
    const [values, gradient] = [new Float64Array(rows), new Float64Array(rows * width)];
    loss.valuesAndGradient(batch, values, gradient);
    expect(maxAbsDifference(values, loss.values(batch, new Float64Array(rows)))).toBeLessThan(
      1e-14,
    );
    expect(gradient).toEqual(loss.gradient(batch, new Float64Array(rows * width)));
    expect(() => loss.valuesAndGradient(batch, new Float64Array(rows + 1), gradient)).toThrow(
      '`values`',
    );
  });

  it.each(kinks)('takes the stated subgradient at $targets, $predictions', (kink) => {
    const batch = { ...kink, predictions: Float64Array.from(kink.predictions), units: units(kink) };
    const gradient = loss.gradient(batch, new Float64Array(batch.units));
    expect(maxAbsDifference(gradient, kink.gradient)).toBeLessThan(1e-12);
    // A subgradient lies between the slopes on both sides, in each coordinate.
    for (let i = 0; i < batch.units; i++) {
      const [left, right] = [-1e-6, 1e-6].map((step) => {
        const moved = batch.predictions.slice();
        moved[i] += step;
        return (total(loss, batch, moved) - total(loss, batch, batch.predictions)) / step;
      });
      expect(gradient[i]).toBeGreaterThan(left - 1e-5);
      expect(gradient[i]).toBeLessThan(right + 1e-5);
    }
  });

  it.runIf(loss.hessianProduct).each(shapes)('has a Hessian product, %i × %i', (rows, width) => {
    const batch = makeBatch(loss, rows, width);
    const n = rows * width;
    const gradientAt = (predictions: Float64Array) =>
      loss.gradient({ ...batch, predictions }, new Float64Array(n));
    const direction = batch.predictions.map((_, i) => Math.cos(5 * i + 1));
    const moved = (step: number) => batch.predictions.map((p, i) => p + step * direction[i]);
    const [above, below] = [gradientAt(moved(1e-6)), gradientAt(moved(-1e-6))];
    const expected = above.map((g, i) => (g - below[i]) / 2e-6);
    const product = loss.hessianProduct?.(batch, direction, new Float64Array(n).fill(Number.NaN));
    expect(maxAbsDifference(product ?? [], expected)).toBeLessThan(1e-7);
    // Convex: no direction curves down.
    const curvature = product?.reduce((sum, h, i) => sum + h * direction[i], 0);
    expect(curvature).toBeGreaterThanOrEqual(0);
  });

  it('gives each row its own loss', () => {
    const batch = makeBatch(loss, 6, 3);
    const all = loss.values(batch, new Float64Array(6));
    const gradients = loss.gradient(batch, new Float64Array(18));
    for (let row = 0; row < 6; row++) {
      const range = [row * 3, row * 3 + 3] as const;
      const one = {
        targets: batch.targets.slice(...range),
        predictions: batch.predictions.slice(...range),
        units: 3,
      };
      expect(loss.values(one, new Float64Array(1))[0]).toBe(all[row]);
      expect(loss.gradient(one, new Float64Array(3))).toEqual(gradients.slice(...range));
    }
  });

  it.each([1e4, -1e4, 1e9])('is finite at predictions of %d', (size) => {
    const batch = makeBatch(loss, 6, 3);
    batch.predictions.forEach((_, i, predictions) => {
      predictions[i] = i % 2 ? size : -size;
    });
    expect(loss.values(batch, new Float32Array(6)).every(Number.isFinite)).toBe(true);
    expect(loss.gradient(batch, new Float32Array(18)).every(Number.isFinite)).toBe(true);
    const ones = new Float64Array(18).fill(1);
    const product = loss.hessianProduct?.(batch, ones, new Float32Array(18));
    expect(product?.every(Number.isFinite) ?? true).toBe(true);
  });

  it('refuses lengths that disagree', () => {
    const batch = makeBatch(loss, 6, 3);
    const out = new Float64Array(18);
    expect(() => loss.values(batch, out)).toThrow('`out` must have the length 6. Received: 18.');
    expect(() => loss.gradient(batch, out.subarray(1))).toThrow('`out` must have the length 18');
    expect(() => loss.gradient({ ...batch, units: 4 }, out)).toThrow('`predictions` must hold 4');
    expect(() => loss.gradient({ ...batch, units: 0 }, out)).toThrow('`units` must be');
    expect(() => loss.gradient({ ...batch, targets: [1] }, out)).toThrow('`targets` must have');
  });
}

function tensors({ loss, kinks }: LossContract): void {
  const compare = async (targets: number[], predictions: ArrayLike<number>, width: number) => {
    // The closed form gets the numbers that the tensors hold.
    const rounded = Float32Array.from(predictions);
    const batch = { targets: Float32Array.from(targets), predictions: rounded, units: width };
    const rows = targets.length / width;
    const shape = [rows, width];
    const [values, gradient] = await expectNoLeak(() => {
      const results = tf.tidy(() => {
        const yTrue = tf.tensor(batch.targets, shape);
        const yPred = tf.tensor(rounded, shape);
        const result = loss(yTrue, yPred);
        expect(result.shape).toEqual([rows]);
        return [result, tf.grad((p) => tf.sum(loss(yTrue, p)))(yPred)];
      });
      const arrays = results.map((tensor) => tensor.dataSync());
      tf.dispose(results);
      return arrays;
    });
    const size = 1 + Math.max(...rounded.map(Math.abs));
    const bound = 2e-6 * size * size;
    const expected = loss.values(batch, new Float64Array(rows));
    expect(maxAbsDifference(values, expected)).toBeLessThan(bound);
    const slopes = loss.gradient(batch, new Float64Array(rounded.length));
    expect(maxAbsDifference(gradient, slopes)).toBeLessThan(2e-6 * size);
    return { values, gradient };
  };

  it.each(shapes)('agrees with the closed forms, %i × %i', async (rows, width) => {
    const batch = makeBatch(loss, rows, width);
    await compare(Array.from(batch.targets), batch.predictions, width);
  });

  it.each(kinks)('agrees at the kink $targets, $predictions', async (kink) => {
    const { gradient } = await compare(kink.targets, kink.predictions, kink.targets.length);
    expect(maxAbsDifference(gradient, kink.gradient)).toBeLessThan(1e-6);
  });

  it.each([1e4, 1e9])('is finite at predictions of ±%d', async (size) => {
    const batch = makeBatch(loss, 6, 3);
    const extreme = batch.predictions.map((_, i) => (i % 2 ? size : -size));
    const { values, gradient } = await compare(Array.from(batch.targets), extreme, 3);
    expect(Array.from(values).every(Number.isFinite)).toBe(true);
    expect(Array.from(gradient).every(Number.isFinite)).toBe(true);
  });

  it('reduces the last axis only, and takes integer targets', () => {
    tf.tidy(() => {
      const batch = makeBatch(loss, 8, 3, true);
      const yTrue = tf.tensor(Array.from(batch.targets), [8, 3], 'int32');
      const yPred = tf.tensor(Array.from(batch.predictions), [8, 3]);
      const flat = loss(yTrue, yPred);
      const deep = loss(tf.reshape(yTrue, [2, 4, 3]), tf.reshape(yPred, [2, 4, 3]));
      expect(deep.shape).toEqual([2, 4]);
      expect(deep.dataSync()).toEqual(flat.dataSync());
    });
  });

  it('refuses shapes that would broadcast', () => {
    tf.tidy(() => {
      const [column, row] = [tf.ones([4, 1]), tf.ones([4])];
      expect(() => loss(row, column)).toThrow(
        '`yTrue` must have the shape of `yPred`, [4,1]. Received: [4].',
      );
    });
  });
}

function training({ loss, save, load }: LossContract): void {
  it('trains a model, and goes on training after save and load', async () => {
    await expectNoLeak(async () => {
      const width = 3;
      const batch = makeBatch(loss, 24, width, true);
      const x = tf.tensor2d(Array.from(batch.predictions, Math.sin), [24, width]);
      const y = tf.tensor2d(Array.from(batch.targets), [24, width]);
      const optimizer = tf.train.sgd(0.05);
      const zeros = { kernelInitializer: 'zeros' as const };
      const model = tfl.sequential({
        layers: [tfl.layers.dense({ units: width, inputShape: [width], ...zeros })],
      });
      model.compile({ optimizer, loss, metrics: [loss] });
      const options = { epochs: 5, verbose: 0 as const, shuffle: false };
      const { history } = await model.fit(x, y, options);
      expect(Object.keys(history)).toEqual(['loss', loss.name]);
      expect(history.loss[4]).toBeLessThan(history.loss[0] as number);

      const store: { artifacts?: tf.io.ModelArtifacts } = {};
      await save(
        model,
        tf.io.withSaveHandler(async (artifacts) => {
          store.artifacts = artifacts;
          return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
        }),
      );
      // Through JSON, as any storage would.
      const { weightData, ...rest } = store.artifacts ?? {};
      const loaded = await load({
        load: async () => ({ ...JSON.parse(JSON.stringify(rest)), weightData }),
      });
      const found = loaded.loss as unknown as LossUnderTest;
      expect([found.name, found.config]).toEqual([loss.name, loss.config]);
      const { history: here } = await model.fit(x, y, options);
      const { history: there } = await loaded.fit(x, y, options);
      expect(there).toEqual(here);

      tf.dispose([x, y]);
      model.dispose();
      loaded.dispose();
      optimizer.dispose();
    });
  });
}

const total = (loss: LossUnderTest, batch: Batch, predictions: Float64Array) =>
  loss
    .values({ ...batch, predictions }, new Float64Array(predictions.length / batch.units))
    .reduce((sum, value) => sum + value, 0);

/** Targets in the loss's coding, and predictions that lie on both sides of its kinks. */
function makeBatch(loss: LossUnderTest, rows: number, units: number, whole = false) {
  const n = rows * units;
  const at = (i: number) => Math.sin(12.9898 * (i + 1)) * 43758.5453;
  const uniform = (i: number) => at(i) - Math.floor(at(i));
  const targets = Float64Array.from({ length: n }, (_, i) => {
    const own = Math.floor(i / units) % Math.max(units, 2) === i % units;
    if (loss.coding === 'one-hot') return own ? 1 : 0;
    if (loss.coding === 'sign') return own ? 1 : -1;
    const real = 4 * uniform(i + 1000) - 2;
    return whole ? Math.round(real) : real;
  });
  const predictions = Float64Array.from({ length: n }, (_, i) => 6 * uniform(i) - 3);
  return { targets, predictions, units };
}
