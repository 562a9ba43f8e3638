import { randomFourierFeatures } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { create, ExamplesClassifier } from './examples-classifier.ts';
import { ExampleFeatures } from './features.ts';

beforeAll(async () => {
  tf.enableProdMode(); // cpu greets on the console
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

/** As tensors, which are disposed of right after the call; `predictClass` waits for them. */
const add = async (classifier: ExamplesClassifier, examples: readonly Embedding[]) => {
  const added = examples.map(({ label, values }) => {
    const example = tf.tensor1d(values);
    const promise = classifier.addExample(example, label);
    example.dispose();
    return promise;
  });
  await Promise.all(added);
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

const options = { outputDim: 64, scale: 0.8, normalize: true };
const tested = embeddings(2, 50);

describe('ExamplesClassifier', () => {
  it('learns from a few examples, and from thousands', async () => {
    const classifier = create({ outputDim: 128 });
    await add(classifier, embeddings(1, 15));
    const few = await accuracy(classifier, embeddings(2, 200));
    await add(classifier, embeddings(3, 4000));
    const many = await accuracy(classifier, embeddings(2, 200));
    expect(few).toBeGreaterThan(0.85);
    expect(many).toBeGreaterThanOrEqual(few);
    expect(many).toBeGreaterThan(0.95);
    expect(classifier.getClassExampleCount()['class 0']).toBe(803);
    classifier.dispose();
  });

  it('is sure where examples are alike, and unsure between them; the label is the surest', async () => {
    const classifier = create({ outputDim: 128 });
    await add(classifier, embeddings(1, 600));
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

  it('takes numbers as labels, one class alone and examples of any shape', async () => {
    const classifier = create(options);
    const rows = (values: number[][]) => tf.tensor2d(values);
    const [ones, zeros, other] = [[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[-1, 2], [0, 1]]].map(rows); // biome-ignore format: three examples
    await classifier.addExample(ones, 7);
    await classifier.addExample(zeros, 7);
    expect(await classifier.predictClass(other)).toEqual({
      ...{ label: '7', classIndex: 0, confidences: { 7: 1 } },
    });
    await classifier.addExample(other, 'other');
    expect((await classifier.predictClass(other)).label).toBe('other');
    expect(classifier.getNumClasses()).toBe(2);
    tf.dispose([ones, zeros, other]);
    classifier.dispose();
  });

  it('tells classes apart that differ in length alone, unless it normalizes', async () => {
    // ml5-library 838.
    const rows = (from: number) => [0, 1, 2, 3, 4].map((i) => [from + i, from + i, from + i]);
    for (const normalize of [false, true]) {
      const classifier = create({ normalize });
      for (const example of rows(50)) classifier.addExample(example, 'large');
      for (const example of rows(10)) classifier.addExample(example, 'small');
      for (const [value, label] of [
        [52, 'large'],
        [12, 'small'],
      ] as const) {
        const { confidences: shares } = await classifier.predictClass([value, value, value]);
        if (normalize) expect(shares[label]).toBeCloseTo(0.5, 5);
        else expect(shares[label]).toBeGreaterThan(0.9);
      }
      classifier.dispose();
    }
  });

  it('gives a dataset of few rows that another goes on from', async () => {
    for (const count of [60, 1000]) {
      const classifier = create({ outputDim: 64 });
      await add(classifier, embeddings(1, count));
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
      await other.setClassifierDataset(
        Object.fromEntries(
          JSON.parse(text).map(([label, values, shape]: [string, number[], [number, number]]) => [
            label,
            tf.tensor2d(values, shape),
          ]),
        ),
      );
      expect(other.getClassExampleCount()).toEqual(classifier.getClassExampleCount());
      expectClose(await confidences(other, tested), before, 4);
      for (const one of [classifier, other]) await add(one, embeddings(4, 100));
      expectClose(await confidences(other, tested), await confidences(classifier, tested), 4);
      classifier.dispose();
      other.dispose();
    }
  });

  it('shares a dataset with another, and takes its own back', async () => {
    const [classifier, other] = [create(options), create(options)];
    await add(classifier, embeddings(1, 400));
    const before = await confidences(classifier, tested);
    await other.setClassifierDataset(classifier.getClassifierDataset());
    other.dispose();
    await classifier.setClassifierDataset(classifier.getClassifierDataset());
    expectClose(await confidences(classifier, tested), before, 4);
    classifier.dispose();
  });

  it('is without a class that is cleared as if it had never been', async () => {
    for (const count of [40, 1500]) {
      const examples = embeddings(1, count);
      const [classifier, never] = [create(options), create(options)];
      await add(classifier, examples);
      await add(
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
      await add(classifier, embeddings(6, 20));
      expect(await accuracy(classifier, tested)).toBeGreaterThan(0.7);
      classifier.dispose();
      never.dispose();
    }
  });

  it('does not look at the order of examples, nor when it was asked', async () => {
    const examples = embeddings(1, 450);
    const [a, b] = [create(options), create(options)];
    await add(a, examples);
    for (let i = 0; i < 450; i += 90) {
      await add(b, examples.slice(360 - i, 450 - i));
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
    await classifier.addExample(row, 'a');
    await expect(classifier.addExample(wide, 'a')).rejects.toThrow(
      '`example` must have the shape of the examples before, [3]. Received: [4].',
    );
    await expect(classifier.predictClass(wide)).rejects.toThrow('`input` must have the shape');
    await expect(classifier.addExample(odd, 'a')).rejects.toThrow(
      '`example` must hold finite float32 numbers only. Received: NaN at 1.',
    );
    const wrong = undefined as unknown as string;
    const message = '`label` must be a string or a number. Received: undefined.';
    await expect(classifier.addExample(row, wrong)).rejects.toThrow(message);
    expect(() => classifier.addExample([1, 2, 3], wrong)).toThrow(message);
    await expect(classifier.predictClass(row, 0)).rejects.toThrow(
      '`k` must be 1 or above. Received: 0.',
    );
    expect(() => classifier.clearClass('b')).toThrow(
      '`label` must be that of a class with examples. Received: b.',
    );
    const narrow = tf.ones<tf.Rank.R2>([2, 5]);
    for (const none of [null, 5, []]) {
      const setting = async () => classifier.setClassifierDataset(none as never);
      await expect(setting()).rejects.toThrow('`dataset` must be an object. Received: ');
    }
    await expect(classifier.setClassifierDataset({ a: narrow })).rejects.toThrow(
      "`dataset` must have 1 to 65 rows of 67 numbers for each label. Received: [2,5] for 'a'.",
    );
    expect(classifier.getClassExampleCount()).toEqual({ a: 1 });
    for (const bad of [0, Number.NaN]) {
      expect(() => create({ scale: bad })).toThrow('`scale` must be a positive finite number.');
      expect(() => create({ alpha: bad })).toThrow('`alpha` must be a positive finite number.');
    }
    expect(() => create({ outputDim: 0 })).toThrow('`outputDim`');
    tf.dispose([row, wide, odd, narrow]);
    classifier.dispose();
  });

  it('counts what is on its way: predictions wait, and what is cleared does not arrive', async () => {
    const classifier = create(options);
    const [a, b] = [tf.tensor1d([1, 0]), tf.tensor1d([0, 1])];
    const adding = [a, b].map((example, i) => classifier.addExample(example, `class ${i}`));
    expect((await classifier.predictClass([0, 1])).label).toBe('class 1');
    await Promise.all(adding);
    const cleared = [classifier.addExample(a, 'gone'), classifier.addExample(b, 'class 1')];
    classifier.clearClass('gone');
    await Promise.all(cleared);
    expect(classifier.getClassExampleCount()).toEqual({ 'class 0': 1, 'class 1': 2 });
    const other = create(options);
    const setting = other.setClassifierDataset(classifier.getClassifierDataset());
    expect((await other.predictClass([0, 1])).label).toBe('class 1');
    await setting;
    const failing = other.addExample(tf.tensor1d([1, 2, 3]), 'class 0');
    expect((await other.predictClass([0, 1])).label).toBe('class 1');
    await expect(failing).rejects.toThrow('`example` must have the shape');
    const late = [other.addExample(a, 'late'), other.setClassifierDataset({})];
    other.dispose();
    await Promise.all(late);
    expect(other.getNumClasses()).toBe(0);
    classifier.dispose();
    tf.dispose([a, b]);
  });

  it('maps examples as the layer of random Fourier features does', () => {
    const features = new ExampleFeatures({ outputDim: 32, seed: 5, normalize: false });
    const rows = embeddings(3, 7).map(({ values }) => Float32Array.from(values));
    features.learn({ shape: [16], size: 16 });
    const layer = randomFourierFeatures({ outputDim: 32, seed: 5, scale: 1.7, normalize: true });
    const expected = tf.tidy(() => {
      const x = tf.tensor2d(rows.map((row) => Array.from(row)));
      return (layer.apply(x) as tf.Tensor).dataSync();
    });
    const got = features.map(1.7)(rows);
    for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i], 5);
    tf.dispose(layer.weights.map((weight) => weight.read()));
  });

  it('leaves no memory behind', async () => {
    const use = async () => {
      const [classifier, other] = [create({ outputDim: 64 }), create({ outputDim: 64 })];
      await add(classifier, embeddings(1, 20));
      await predict(classifier, tested[0]);
      classifier.getClassifierDataset();
      await add(classifier, embeddings(2, 500));
      await predict(classifier, tested[0]);
      await other.setClassifierDataset(tf.tidy(() => classifier.getClassifierDataset()));
      await predict(other, tested[0]);
      classifier.clearClass('class 1');
      await other.setClassifierDataset({});
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
    for (const [i, vector] of vectors.entries()) await classifier.addExample(of(vector), i % 2);
    predictions.push(await classifier.predictClass(of([1, 0.5, 2])));
    classifier.dispose();
  }
  expect(predictions[1]).toEqual(predictions[0]);
  expect(predictions[2]).toEqual(predictions[0]);
});

it('takes an embedding of 384 numbers at once, and refuses one of another length', () => {
  const classifier = new ExamplesClassifier();
  expect(classifier.addExample(new Float32Array(384), 'x')).toBeUndefined();
  expect(classifier.getClassExampleCount()).toEqual({ x: 1 });
  expect(() => classifier.addExample(new Float32Array(383), 'x')).toThrow(
    '`example` must have the shape of the examples before, [384]. Received: [383].',
  );
  classifier.dispose();
});

const rule = 'must be a tensor, a typed array or an array of numbers.';
it.each([
  [null, `${rule} Received: null.`],
  [undefined, `${rule} Received: undefined.`],
  ['x', `${rule} Received: string.`],
  [[], `${rule} Received: an empty array.`],
  [['1'], `${rule} Received: string at 0.`],
  [[[1]], `${rule} Received: an array of number at 0.`],
  [Object.assign(new Array(3), { 0: 1, 2: 3 }), `${rule} Received: undefined at 1.`],
  [new BigInt64Array(2), `${rule} Received: BigInt64Array.`],
  [{}, `${rule} Received: Object.`],
  [[1, Number.NaN], 'must hold finite float32 numbers only. Received: NaN at 1.'],
  [
    Float32Array.of(1, Number.POSITIVE_INFINITY),
    'must hold finite float32 numbers only. Received: Infinity at 1.',
  ],
  [[1e39], 'must hold finite float32 numbers only. Received: 1e+39 at 0.'],
])('refuses %o as an example', (value, message) => {
  const classifier = new ExamplesClassifier();
  expect(() => classifier.addExample(value as never, 'x')).toThrow(`\`example\` ${message}`);
  expect(classifier.getNumClasses()).toBe(0);
});

it.each([[null], [undefined], ['x'], [[]]])('refuses %o as a dataset', async (dataset) => {
  const classifier = new ExamplesClassifier();
  await expect(classifier.setClassifierDataset(dataset as never)).rejects.toThrow(
    '`dataset` must be an object. Received: ',
  );
});

it.each([[null], [undefined], [5], [[1]], [{}]])('refuses a dataset of %o', async (entry) => {
  const classifier = new ExamplesClassifier();
  await expect(classifier.setClassifierDataset({ a: entry } as never)).rejects.toThrow(
    '`dataset` must hold tensors that are not disposed of. Received: ',
  );
});

describe('none of these', () => {
  const known = embeddings(1, 300);

  it.each([2, 5])(
    'has a null label for what is unlike all examples, of %i classes',
    async (count) => {
      const classifier = create({ outputDim: 256 });
      const names = [...new Set(known.map(({ label }) => label))].slice(0, count);
      const own = known.filter(({ label }) => names.includes(label));
      for (const { values, label } of own) classifier.addExample(Float32Array.from(values), label);
      const reject = count === 2 ? 0.75 : 0.5;
      const says = async (values: readonly number[]) =>
        (await classifier.predictClass(Float64Array.from(values), 3, { reject })).label;
      let kept = 0;
      for (const { label, values } of tested.filter((one) => names.includes(one.label))) {
        kept += Number((await says(values)) === label);
      }
      expect(kept / tested.filter((one) => names.includes(one.label)).length).toBeGreaterThan(0.8);
      const { normal } = createRandom(77);
      const far = Array.from({ length: 40 }, () => Array.from({ length: 16 }, () => 6 * normal()));
      let found = 0;
      for (const values of far) found += Number((await says(values)) === null);
      // Random features of a far example are noise, which lifts one class now and then.
      expect(found / far.length).toBeGreaterThan(0.65);
      const none = await classifier.predictClass(far[0], 3, { reject: 0.999 });
      expect(none).toMatchObject({ label: null, classIndex: -1 });
      expect(Object.keys(none.confidences)).toEqual(names);
      await expect(classifier.predictClass(far[0], 3, { reject: 1 })).rejects.toThrow(
        '`reject` must lie between 0 and 1. Received: 1.',
      );
      classifier.dispose();
    },
  );
});

describe('removeExample', () => {
  // Before and after the scale is fixed, as rows and as sums.
  it.each([
    ['while the scale is open', 30, 64],
    ['once it is fixed', 230, 64],
    ['once there are only sums', 700, 32],
  ])('is as if it had never been added, %s', async (_, count, outputDim) => {
    const own = embeddings(3, count);
    const [all, without] = [create({ outputDim, scale: 0.8 }), create({ outputDim, scale: 0.8 })];
    const gone = own.filter((__, i) => i % 9 === 4);
    for (const { values, label } of own) all.addExample(values, label);
    await confidences(all, tested.slice(0, 1));
    for (const { values, label } of gone) {
      if (label === 'class 1') await all.removeExample(tf.tensor1d(values), label);
      else await all.removeExample(values, label);
    }
    for (const { values, label } of own.filter((one) => !gone.includes(one))) {
      without.addExample(values, label);
    }
    expect(all.getClassExampleCount()).toEqual(without.getClassExampleCount());
    expectClose(await confidences(all, tested), await confidences(without, tested), 3);
    all.dispose();
    without.dispose();
  });

  it('refuses what was not added, and drops a class with its last example', async () => {
    const classifier = create(options);
    classifier.addExample(tested[0].values, 'a');
    classifier.addExample(tested[1].values, 'b');
    const refused = classifier.removeExample(tested[2].values, 'a');
    await expect(refused).rejects.toThrow('`example` must be one that was added with this label');
    await expect(classifier.removeExample(tested[0].values, 'c')).rejects.toThrow(
      "another for 'c'",
    );
    await expect(classifier.removeExample([1], 'a')).rejects.toThrow(
      '`example` must have the shape',
    );
    await classifier.removeExample(tested[0].values, 'a');
    expect(classifier.getClassExampleCount()).toEqual({ b: 1 });
    expect(classifier.getNumClasses()).toBe(1);
    classifier.dispose();
  });
});

describe('JSON', () => {
  it.each([20, 2000])(
    'goes there and back with %i examples, and goes on learning',
    async (count) => {
      const classifier = create({ outputDim: 48 });
      classifier.addExample(tested[0].values, 'cleared');
      for (const { values, label } of embeddings(5, count)) classifier.addExample(values, label);
      classifier.clearClass('cleared');
      const text = JSON.stringify(classifier);
      const again = ExamplesClassifier.fromJSON(JSON.parse(text));
      expectClose(await confidences(again, tested), await confidences(classifier, tested), 4);
      expect(again.getClassExampleCount()).toEqual(classifier.getClassExampleCount());
      for (const one of [classifier, again]) {
        for (const { values, label } of embeddings(6, 40)) one.addExample(values, label);
      }
      expectClose(await confidences(again, tested), await confidences(classifier, tested), 4);
      const [first, second] = await Promise.all(
        [classifier, again].map((one) => one.predictClass(tested[3].values)),
      );
      expect(second.classIndex).toBe(first.classIndex);
      classifier.dispose();
      again.dispose();
    },
  );

  it('is nothing without examples, and refuses other things', () => {
    const empty = JSON.parse(JSON.stringify(create(options)));
    expect(ExamplesClassifier.fromJSON(empty).getNumClasses()).toBe(0);
    const full = create(options);
    full.addExample(tested[0].values, 'a');
    const record = JSON.parse(JSON.stringify(full));
    for (const [change, message] of [
      [{ kind: 'other' }, '`record` must be what `toJSON` of a classifier returned'],
      [{ scale: -1 }, '`record.scale` must be a positive number'],
      [{ inputDim: 0.5 }, '`record.inputDim` must be a whole number'],
      [{ classes: [{ label: 'a', rows: '!' }] }, 'must be base64 of float32 numbers'],
      [
        { classes: [{ label: 'a', rows: 'AAAAAA==' }] },
        'must have 1 to 65 rows of 65 finite numbers',
      ],
    ] as const) {
      expect(() => ExamplesClassifier.fromJSON({ ...record, ...change })).toThrow(message);
    }
    full.dispose();
  });
});
