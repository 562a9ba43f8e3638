import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  epsilonInsensitive,
  hinge,
  huber,
  type Loss,
  logistic,
  lossByName,
  losses,
  marginAccuracy,
  meanSquaredError,
  type ParametrizedLoss,
  pinball,
  softmaxCrossEntropy,
  squaredHinge,
} from './index.ts';

describe('lossByName', () => {
  it('finds every loss', () => {
    expect(losses).toHaveLength(9);
    for (const loss of losses) expect(lossByName(loss.name).name).toBe(loss.name);
    expect(lossByName('hinge')).toBe(hinge);
    expect(lossByName('huber', { delta: 3 }).config).toEqual({ delta: 3 });
  });

  it('names what there is', () => {
    expect(() => lossByName('hing')).toThrow(/^`name` must be one of hinge, .* Received: hing\.$/);
    expect(() => lossByName('huber', { epsilon: 1 })).toThrow(
      '`config` of huber must hold delta. Received: epsilon.',
    );
    expect(() => lossByName('hinge', { delta: 1 })).toThrow('must hold nothing. Received: delta.');
  });
});

describe('parameters', () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('huber refuses delta %d', (delta) => {
    expect(() => huber.with({ delta })).toThrow(
      `\`delta\` must be a positive finite number. Received: ${delta}.`,
    );
  });

  it.each([-0.1, Number.NaN])('epsilonInsensitive refuses epsilon %d', (epsilon) => {
    expect(() => epsilonInsensitive.with({ epsilon })).toThrow(
      `\`epsilon\` must be a finite number, 0 or above. Received: ${epsilon}.`,
    );
  });

  it.each([0, 1, -1, Number.NaN, [], [0.1, 1], '0.5', {}])(
    'pinball refuses quantile %o',
    (quantile) => {
      expect(() => pinball.with({ quantile: quantile as number })).toThrow('`quantile` must');
    },
  );

  it('may be one for each output', () => {
    const loss = pinball.with({ quantile: [0.1, 0.5, 0.9] });
    const targets = [1, 2, 3, 4, 5, 6];
    const predictions = [0, 2.5, 3, 4.5, 4, 7];
    const found = loss.values({ targets, predictions, units: 3 }, new Float64Array(2));
    const one = (quantile: number, t: number, p: number) =>
      pinball
        .with({ quantile })
        .values({ targets: [t], predictions: [p], units: 1 }, new Float64Array(1))[0];
    const row = (r: number) =>
      [0.1, 0.5, 0.9].reduce(
        (sum, q, u) => sum + one(q, targets[3 * r + u], predictions[3 * r + u]) / 3,
        0,
      );
    expect(maxAbsDifference(found, [row(0), row(1)])).toBeLessThan(1e-15);
    const tensor = loss(tf.tensor2d(targets, [2, 3]), tf.tensor2d(predictions, [2, 3]));
    expect(maxAbsDifference(tensor.dataSync(), found)).toBeLessThan(1e-6);
    expect(lossByName('pinball', loss.config).config).toEqual(loss.config);
    const pair = { targets: [1, 2], predictions: [1, 2], units: 2 };
    expect(() => loss.gradient(pair, new Float64Array(2))).toThrow(
      '`quantile` must hold a number for each of 2 outputs. Received: 3.',
    );
  });

  it('of the pinball loss are those of scikit-learn’s mean_pinball_loss', () => {
    const mean = (quantile: number, predictions: number[]) => {
      const loss = pinball.with({ quantile });
      const batch = { targets: [1, 2, 3], predictions, units: 1 };
      return loss.values(batch, new Float64Array(3)).reduce((sum, value) => sum + value / 3, 0);
    };
    // As its documentation has them: alpha of a target that is 1 above, 1 − alpha of one 1 below.
    expect(mean(0.1, [0, 2, 3])).toBeCloseTo(0.1 / 3, 12);
    expect(mean(0.9, [0, 2, 3])).toBeCloseTo(0.9 / 3, 12);
    expect(mean(0.1, [1, 2, 4])).toBeCloseTo(0.9 / 3, 12);
  });

  it('are kept with the loss, which never changes', () => {
    const wide = huber.with({ delta: 3 });
    expect([huber.config, wide.config, wide.with({}).config]).toEqual([
      { delta: 1 },
      { delta: 3 },
      { delta: 3 },
    ]);
    expect(Object.isFrozen(wide.config)).toBe(true);
    expectTypeOf(wide).toExtend<ParametrizedLoss<{ readonly delta: number }>>();
    expectTypeOf<Loss>().toExtend<(t: tf.Tensor, p: tf.Tensor) => tf.Tensor>();
  });
});

describe('closed forms', () => {
  const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  const one = (loss: Loss, target: number, prediction: number) => ({
    value: loss.values(
      { targets: [target], predictions: [prediction], units: 1 },
      new Float64Array(1),
    )[0],
    slope: loss.gradient(
      { targets: [target], predictions: [prediction], units: 1 },
      new Float64Array(1),
    )[0],
  });

  it.each(losses.filter((loss) => loss.name !== 'categoricalHinge'))(
    '$name is convex and never negative, kinks included',
    (loss) => {
      fc.assert(
        fc.property(finite, fc.constantFrom(-1, 1), finite, finite, (real, sign, p, q) => {
          const target =
            loss.coding === 'real' ? real : loss.coding === 'sign' ? sign : (sign + 1) / 2;
          const [at, there] = [one(loss, target, p), one(loss, target, q)];
          const tangent = at.value + at.slope * (q - p);
          expect(at.value).toBeGreaterThanOrEqual(0);
          expect(there.value).toBeGreaterThanOrEqual(tangent - 1e-9 * (1 + Math.abs(tangent)));
        }),
      );
    },
  );

  it('keep the digits of a probability near 0 and near 1', () => {
    expect(one(logistic, 1, 40).value).toBeCloseTo(Math.exp(-40), 30);
    expect(one(logistic, 1, 40).slope / -Math.exp(-40)).toBeCloseTo(1, 10);
    expect(one(logistic, 0, -700).slope / Math.exp(-700)).toBeCloseTo(1, 10);
    expect(one(logistic, 1, -1e4)).toEqual({ value: 1e4, slope: -1 });
    const batch = { targets: [1, 0], predictions: [1e4, -1e4], units: 2 };
    expect(softmaxCrossEntropy.values(batch, new Float64Array(1))[0]).toBe(0);
  });

  it('agree: softmax over two is logistic of the difference; huber far out is squared', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (p) => {
        const two = { targets: [1, 0], predictions: [p, 0], units: 2 };
        const softmax = softmaxCrossEntropy.values(two, new Float64Array(1))[0];
        expect(Math.abs(softmax - one(logistic, 1, p).value)).toBeLessThan(1e-12);
        const wide = one(huber.with({ delta: 100 }), 2, p);
        const squared = one(meanSquaredError, 2, p);
        expect(wide.value).toBeCloseTo(squared.value / 2, 9);
        expect(one(squaredHinge, 1, p).value).toBeCloseTo(one(hinge, 1, p).value ** 2, 9);
      }),
    );
  });

  it('state the generalized Hessian at the jump', () => {
    const at = (loss: Loss, target: number, prediction: number) =>
      loss.hessianProduct?.(
        { targets: [target], predictions: [prediction], units: 1 },
        [1],
        new Float64Array(1),
      )[0];
    expect(at(squaredHinge, 1, 1)).toBe(0);
    expect(at(squaredHinge, 1, 1 - 1e-12)).toBe(2);
    expect(at(huber, 0, 1)).toBe(1);
    expect(at(huber, 0, 1 + 1e-12)).toBe(0);
    const without = losses.filter((loss) => !loss.hessianProduct).map((loss) => loss.name);
    expect(without).toEqual(['hinge', 'categoricalHinge', 'epsilonInsensitive', 'pinball']);
  });
});

describeOnBackends('labels and metrics', () => {
  it.each([hinge, squaredHinge])('$name maps 0/1 only if all labels are 0 or 1', (loss) => {
    tf.tidy(() => {
      const predictions = tf.tensor2d([
        [0.3, -0.2],
        [0.7, 2],
      ]);
      const values = (labels: number[][], dtype?: 'int32' | 'bool') =>
        Array.from(loss(tf.tensor2d(labels, [2, 2], dtype), predictions).dataSync());
      const signs = values([
        [1, -1],
        [-1, 1],
      ]);
      expect(
        values([
          [1, 0],
          [0, 1],
        ]),
      ).toEqual(signs);
      expect(
        values(
          [
            [1, 0],
            [0, 1],
          ],
          'int32',
        ),
      ).toEqual(signs);
      expect(
        values(
          [
            [1, 0],
            [0, 1],
          ],
          'bool',
        ),
      ).toEqual(signs);
      // One −1 among them, and 0 means 0: loss 1 whatever the prediction.
      expect(
        values([
          [0, 0],
          [-1, 1],
        ]),
      ).toEqual([1, signs[1]]);
      expect(
        values([
          [1, 1],
          [1, 1],
        ])[0],
      ).toBeCloseTo(loss === hinge ? 0.95 : (0.49 + 1.44) / 2, 6);
    });
  });

  it('marginAccuracy has its threshold at 0, for both codings', () => {
    tf.tidy(() => {
      const predictions = tf.tensor2d([[0.2], [-0.3], [0.4], [0]]);
      const of = (labels: number[]) =>
        Array.from(marginAccuracy(tf.tensor2d(labels, [4, 1]), predictions).dataSync());
      expect(of([1, 0, 0, 0])).toEqual([1, 1, 0, 1]);
      expect(of([1, -1, -1, -1])).toEqual([1, 1, 0, 1]);
    });
  });

  it.each([
    [
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
      'acc',
      0.75,
    ], // the largest of several
    [[[1], [0], [1], [0]], 'acc', 0.5], // tfjs compares one output with 0.5: 0.1 is "negative"
    [[[1], [0], [1], [0]], 'marginAccuracy', 1],
  ])('accuracy in a model trained with hinge: %j', async (labels, name, expected) => {
    const units = labels[0].length;
    const outputs =
      units === 1
        ? [[0.1], [-2], [0.2], [-0.1]]
        : [
            [-0.1, -1, -1],
            [-1, -0.5, -1],
            [-1, -1, -0.7],
            [-1, -0.5, -1],
          ];
    const model = tfl.sequential({
      layers: [tfl.layers.activation({ activation: 'linear', inputShape: [units] })],
    });
    const metrics = name === 'acc' ? ['accuracy'] : [marginAccuracy];
    model.compile({ optimizer: 'sgd', loss: hinge, metrics });
    const [x, y] = [tf.tensor2d(outputs), tf.tensor2d(labels)];
    const [, accuracy] = model.evaluate(x, y) as tf.Scalar[];
    expect(model.metricsNames).toEqual(['loss', name]);
    expect(accuracy.dataSync()[0]).toBe(expected);
  });
});
