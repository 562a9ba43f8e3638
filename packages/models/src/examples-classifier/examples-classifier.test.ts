import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { create, ExamplesClassifier } from './examples-classifier.ts';

beforeAll(async () => {
  tf.env().set('IS_TEST', true); // cpu greets on the console
  await tf.setBackend('cpu');
});

/** Embeddings near one of five directions. */
function embeddings(seed: number, count: number, noise = 0.6) {
  const centers = createRandom(99);
  const directions = Array.from({ length: 5 }, () => Array.from({ length: 16 }, centers.normal));
  const { normal } = createRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    label: `class ${i % 5}`,
    values: directions[i % 5].map((value) => value + noise * normal()),
  }));
}

type Embedding = ReturnType<typeof embeddings>[number];

const add = (classifier: ExamplesClassifier, examples: readonly Embedding[]) => {
  for (const { label, values } of examples) {
    tf.tidy(() => classifier.addExample(tf.tensor1d(values), label));
  }
};

async function predict(classifier: ExamplesClassifier, { values }: Pick<Embedding, 'values'>) {
  const input = tf.tensor1d(values);
  try {
    return await classifier.predictClass(input);
  } finally {
    input.dispose();
  }
}

async function accuracy(classifier: ExamplesClassifier, examples: readonly Embedding[]) {
  let right = 0;
  for (const example of examples) {
    right += Number((await predict(classifier, example)).label === example.label);
  }
  return right / examples.length;
}

/** All confidences for some rows. */
const confidences = async (classifier: ExamplesClassifier, examples: readonly Embedding[]) => {
  const all: { [label: string]: number }[] = [];
  for (const example of examples) all.push((await predict(classifier, example)).confidences);
  return all;
};

const expectClose = (
  actual: readonly { [label: string]: number }[],
  expected: readonly { [label: string]: number }[],
  digits: number,
) => {
  actual.forEach((row, i) => {
    expect(Object.keys(row).sort()).toEqual(Object.keys(expected[i]).sort());
    for (const [label, value] of Object.entries(row)) {
      expect(value).toBeCloseTo(expected[i][label], digits);
    }
  });
};

const options = { outputDim: 64, scale: 0.8 };
const tested = embeddings(2, 50);

describe('ExamplesClassifier', () => {
  it('learns from a few examples, and from thousands', async () => {
    const classifier = create({ outputDim: 128 });
    add(classifier, embeddings(1, 15));
    const few = await accuracy(classifier, embeddings(2, 200));
    add(classifier, embeddings(3, 4000));
    const many = await accuracy(classifier, embeddings(2, 200));
    expect(few).toBeGreaterThan(0.85);
    expect(many).toBeGreaterThanOrEqual(few);
    expect(many).toBeGreaterThan(0.95);
    expect(classifier.getClassExampleCount()['class 0']).toBe(803);
    classifier.dispose();
  });

  it('is sure where examples are alike, and unsure between them; the label is the surest', async () => {
    const classifier = create({ outputDim: 128 });
    add(classifier, embeddings(1, 600));
    for (const example of tested) {
      const { label, classIndex, confidences: shares } = await predict(classifier, example);
      const values = Object.values(shares);
      expect(values.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(shares[label]).toBe(Math.max(...values));
      expect(`class ${classIndex}`).toBe(label);
    }
    const [a, b] = embeddings(5, 2, 0).map(({ values }) => tf.util.flatten<number>(values));
    const between = a.map((value, i) => value / Math.hypot(...a) + b[i] / Math.hypot(...b));
    const sure = (await predict(classifier, { values: a })).confidences['class 0'];
    const unsure = (await predict(classifier, { values: between })).confidences['class 0'];
    expect(sure).toBeGreaterThan(0.8);
    expect(unsure).toBeLessThan(0.7);
    classifier.dispose();
  });

  it('takes numbers as labels, one class alone, examples of any shape and of any length', async () => {
    const classifier = create(options);
    await tf.tidy(() => {
      classifier.addExample(tf.ones([2, 2]), 7);
      classifier.addExample(tf.zeros([2, 2]), 7);
      return undefined;
    });
    const input = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const longer = tf.mul(input, 5);
    expect(await classifier.predictClass(input)).toEqual({
      ...{ label: '7', classIndex: 0, confidences: { 7: 1 } },
    });
    tf.tidy(() =>
      classifier.addExample(
        tf.tensor2d([
          [-1, 2],
          [0, 1],
        ]),
        'other',
      ),
    );
    const [a, b] = [await classifier.predictClass(input), await classifier.predictClass(longer)];
    expectClose([a.confidences], [b.confidences], 5);
    expect(classifier.getNumClasses()).toBe(2);
    tf.dispose([input, longer]);
    classifier.dispose();
  });

  it('gives a dataset of few rows that another goes on from', async () => {
    for (const count of [60, 1000]) {
      const classifier = create({ outputDim: 64 });
      add(classifier, embeddings(1, count));
      const before = await confidences(classifier, tested);
      const dataset = classifier.getClassifierDataset();
      expect(Object.keys(dataset)).toHaveLength(5);
      for (const tensor of Object.values(dataset)) {
        expect(tensor.shape).toEqual([Math.min(65, count / 5), 67]);
      }
      // As it is saved: numbers and shapes in JSON.
      const text = JSON.stringify(
        Object.entries(dataset).map(([label, tensor]) => [
          label,
          Array.from(tensor.dataSync()),
          tensor.shape,
        ]),
      );
      const other = create({ outputDim: 64 });
      other.setClassifierDataset(
        Object.fromEntries(
          JSON.parse(text).map(([label, values, shape]: [string, number[], [number, number]]) => [
            label,
            tf.tensor2d(values, shape),
          ]),
        ),
      );
      expect(other.getClassExampleCount()).toEqual(classifier.getClassExampleCount());
      expectClose(await confidences(other, tested), before, 4);
      for (const one of [classifier, other]) add(one, embeddings(4, 100));
      expectClose(await confidences(other, tested), await confidences(classifier, tested), 4);
      classifier.dispose();
      other.dispose();
    }
  });

  it('shares a dataset with another, and takes its own back', async () => {
    const [classifier, other] = [create(options), create(options)];
    add(classifier, embeddings(1, 400));
    const before = await confidences(classifier, tested);
    other.setClassifierDataset(classifier.getClassifierDataset());
    other.dispose();
    classifier.setClassifierDataset(classifier.getClassifierDataset());
    expectClose(await confidences(classifier, tested), before, 4);
    classifier.dispose();
  });

  it('is without a class that is cleared as if it had never been', async () => {
    for (const count of [40, 1500]) {
      const examples = embeddings(1, count);
      const [classifier, never] = [create(options), create(options)];
      add(classifier, examples);
      add(
        never,
        examples.filter(({ label }) => label !== 'class 3'),
      );
      await predict(classifier, tested[0]);
      classifier.clearClass('class 3');
      expect(classifier.getClassExampleCount()).toEqual(never.getClassExampleCount());
      expectClose(await confidences(classifier, tested), await confidences(never, tested), 5);
      classifier.clearAllClasses();
      expect(classifier.getNumClasses()).toBe(0);
      expect(classifier.getClassifierDataset()).toEqual({});
      add(classifier, embeddings(6, 20));
      expect(await accuracy(classifier, tested)).toBeGreaterThan(0.7);
      classifier.dispose();
      never.dispose();
    }
  });

  it('does not look at the order of examples, nor when it was asked', async () => {
    const examples = embeddings(1, 450);
    const [a, b] = [create(options), create(options)];
    add(a, examples);
    for (let i = 0; i < 450; i += 90) {
      add(b, examples.slice(360 - i, 450 - i));
      await predict(b, tested[0]);
    }
    expectClose(await confidences(b, tested), await confidences(a, tested), 5);
    a.dispose();
    b.dispose();
  });

  it('refuses what it cannot use', async () => {
    const classifier = create(options);
    const [row, wide, odd] = [tf.ones([3]), tf.ones([4]), tf.tensor1d([1, Number.NaN, 2])];
    await expect(classifier.predictClass(row)).rejects.toThrow(
      'no examples yet. Call `addExample` first.',
    );
    classifier.addExample(row, 'a');
    expect(() => classifier.addExample(wide, 'a')).toThrow(
      '`example` must have the shape of the examples before, [3]. Received: [4].',
    );
    await expect(classifier.predictClass(wide)).rejects.toThrow('`input` must have the shape');
    expect(() => classifier.addExample(odd, 'a')).toThrow(
      '`example` must hold finite numbers only.',
    );
    expect(() => classifier.addExample(row, undefined as unknown as string)).toThrow(
      '`label` must be a string or a number. Received: undefined.',
    );
    await expect(classifier.predictClass(row, 0)).rejects.toThrow(
      '`k` must be 1 or above. Received: 0.',
    );
    expect(() => classifier.clearClass('b')).toThrow(
      '`label` must be that of a class with examples. Received: b.',
    );
    expect(() =>
      classifier.setClassifierDataset({ a: tf.tidy(() => tf.ones([2, 5])) as tf.Tensor2D }),
    ).toThrow(
      "`dataset` must have 1 to 65 rows of 67 numbers for each label. Received: [2,5] for 'a'.",
    );
    expect(classifier.getClassExampleCount()).toEqual({ a: 1 });
    for (const bad of [0, Number.NaN]) {
      expect(() => create({ scale: bad })).toThrow('`scale` must be a positive finite number.');
      expect(() => create({ alpha: bad })).toThrow('`alpha` must be a positive finite number.');
    }
    expect(() => create({ outputDim: 0 })).toThrow('`outputDim`');
    tf.dispose([row, wide, odd]);
    classifier.dispose();
  });

  it('leaves no memory behind', async () => {
    const use = async () => {
      const [classifier, other] = [create({ outputDim: 64 }), create({ outputDim: 64 })];
      add(classifier, embeddings(1, 20));
      await predict(classifier, tested[0]);
      classifier.getClassifierDataset();
      add(classifier, embeddings(2, 500));
      await predict(classifier, tested[0]);
      other.setClassifierDataset(tf.tidy(() => classifier.getClassifierDataset()));
      await predict(other, tested[0]);
      classifier.clearClass('class 1');
      other.setClassifierDataset({});
      for (const one of [classifier, other]) one.dispose();
    };
    await use(); // The scratch memory stays.
    const { bytesInUse } = getSimd().memory();
    await expectNoLeak(use);
    expect(getSimd().memory().bytesInUse).toBe(bytesInUse);
  });
});

it('takes typed arrays and arrays of numbers as it takes tensors', async () => {
  const vectors = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(2 * i), i % 3]);
  const predictions = [];
  for (const of of [
    (v: number[]) => tf.tensor1d(v),
    (v: number[]) => Float32Array.from(v),
    (v: number[]) => v,
  ]) {
    const classifier = new ExamplesClassifier({ outputDim: 16 });
    vectors.forEach((vector, i) => {
      classifier.addExample(of(vector), i % 2);
    });
    predictions.push(await classifier.predictClass(of([1, 0.5, 2])));
    classifier.dispose();
  }
  expect(predictions[1]).toEqual(predictions[0]);
  expect(predictions[2]).toEqual(predictions[0]);
});

it.each(
  [null, undefined, 'x', [], ['1'], [[1]], new BigInt64Array(2), {}].map((value) => ({ value })),
)('refuses $value as an example, and as a dataset what is no object', ({ value }) => {
  const classifier = new ExamplesClassifier();
  expect(() => classifier.addExample(value as never, 'x')).toThrow(
    '`example` must be a tensor, a typed array or an array of numbers. Received: ',
  );
  expect(classifier.getNumClasses()).toBe(0);
  for (const dataset of [null, undefined, 'x', []]) {
    expect(() => classifier.setClassifierDataset(dataset as never)).toThrow(
      '`dataset` must be an object. Received: ',
    );
  }
});

it.each([[null], [undefined], [5], [[1]], [{}]])('refuses a dataset of %o', (entry) => {
  const classifier = new ExamplesClassifier();
  expect(() => classifier.setClassifierDataset({ a: entry } as never)).toThrow(
    '`dataset` must hold tensors that are not disposed of. Received: ',
  );
});
