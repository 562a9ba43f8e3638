import '@kernel-methods/backend-simd';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { KernelModel, KernelSVM, TextClassifier, textClassifier } from '../index.ts';

const verbs = ['set', 'make', 'please change', 'could you turn', 'i want you to start'];
const things: Record<string, string[]> = {
  alarm: ['an alarm', 'the alarm clock', 'my wake up call', 'a timer for the morning'],
  music: ['some music', 'the radio', 'a jazz song', 'my list of songs'],
  light: ['the lights', 'the lamp in the kitchen', 'the bedroom light', 'every lamp'],
};
const rows = Object.entries(things).flatMap(([label, names]) =>
  names.flatMap((name) => verbs.map((verb) => ({ text: `${verb} ${name}`, label }))),
);
const texts = rows.map(({ text }) => text);
const labels = rows.map(({ label }) => label);

/** Keeps a model in memory. */
function kept() {
  let artifacts: tf.io.ModelArtifacts;
  return {
    save: async (given: tf.io.ModelArtifacts) => {
      artifacts = given;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given) };
    },
    load: async () => artifacts,
  };
}

const options = {
  'linear, by default': {},
  'of hashed terms': { hashed: 512 },
  'of words alone, logistic': { characters: false, loss: 'softmaxCrossEntropy', l2: 1e-4 },
  'a kernel machine': { features: 'gaussian', outputDim: 256, scale: 1.4, l2: 1e-3 },
  'by mini-batches': { loss: 'hinge', epochs: 20, batchSize: 8, learningRate: 0.05 },
} as const;

describe('a classifier of texts', () => {
  it.each(Object.entries(options))('learns and predicts: %s', async (_, own) => {
    await expectNoLeak(async () => {
      const classifier = textClassifier(own);
      await classifier.fit(texts, labels);
      expect(await classifier.score(texts, labels)).toBeGreaterThan(0.95);
      expect(await classifier.predict('do turn on a lamp')).toBe('light');
      const some = ['songs on the radio', 'the alarm at six'];
      expect(await classifier.predict(some)).toEqual(['music', 'alarm']);
      const { data, shape } = await classifier.predictProba('a song');
      expect(shape).toEqual([1, 3]);
      expect(classifier.classes[data.indexOf(Math.max(...data))]).toBe('music');
      expect(data.reduce((a, b) => a + b)).toBeCloseTo(1);
      classifier.dispose();
    });
  });

  it('is the same after it is saved and loaded, to the bit', async () => {
    const [classifier, handler] = [textClassifier(), kept()];
    await classifier.fit(texts, labels);
    await classifier.save(handler);
    const loaded = await TextClassifier.load(handler);
    for (const method of ['decisionFunction', 'predictProba'] as const) {
      expect(await loaded[method](texts)).toEqual(await classifier[method](texts));
    }
    expect(await loaded.predict(texts)).toEqual(await classifier.predict(texts));
    const { accuracy } = await loaded.evaluate(texts, labels);
    expect(accuracy).toBe(await classifier.score(texts, labels));
    await expect(loaded.fit(texts, labels)).rejects.toThrow('is not fitted again');
    const other = new KernelSVM({ outputDim: 16 });
    await other.fit([[0], [1]], ['a', 'b']);
    const wrong = kept();
    await other.save(wrong);
    await expect(TextClassifier.load(wrong)).rejects.toThrow('TextClassifier');
    const any = await KernelModel.load(handler);
    expect(await any.predict([{ text: 'a jazz song' }])).toEqual(['music']);
    for (const model of [classifier, loaded, other, any]) model.dispose();
  });

  it('gives the same for the same texts, and takes texts for validation', async () => {
    const fits = [0, 1].map(async () => {
      const classifier = textClassifier();
      const { history } = await classifier.fit(texts, labels, {
        validationData: [
          ['a lamp', 'a song'],
          ['light', 'music'],
        ],
      });
      expect(history[0].valAccuracy).toBe(1);
      const scores = await classifier.decisionFunction(texts);
      classifier.dispose();
      return scores;
    });
    const [one, two] = await Promise.all(fits);
    expect(one).toEqual(two);
  });

  it('learns its terms from the training texts alone', async () => {
    const classifier = textClassifier({ words: [1, 1], characters: false });
    await classifier.fit(['one two', 'two three', 'one', 'unseen'], ['a', 'b', 'a', 'b'], {
      validationSplit: 0.25,
    });
    const names = classifier.encoder!.featureNames.map((name) => name.replace(/.* /, ''));
    expect(names).toEqual(['"one"', '"three"', '"two"']);
    // A text without a term is no error.
    expect(['a', 'b']).toContain(await classifier.predict('unseen'));
    classifier.dispose();
  });

  it('refuses what is no text, and options that there are not', async () => {
    const classifier = textClassifier();
    const { fit } = classifier;
    await expect(fit.call(classifier, [1, 2] as never, ['a', 'b'])).rejects.toThrow(
      '`texts[0]` must be a string. Received: 1.',
    );
    await expect(fit.call(classifier, 'text' as never, ['a'])).rejects.toThrow(
      "`texts` must be an array of strings. Received: 'text'.",
    );
    await expect(classifier.predict('text')).rejects.toThrow('is not fitted yet');
    expect(() => textClassifier({ word: [1, 2] } as never)).toThrow('word');
    expect(() => textClassifier({ encoder: {} } as never)).toThrow('encoder');
    await expect(textClassifier({ words: [2, 1] }).fit(texts, labels)).rejects.toThrow(
      '`words` must be false, or the shortest and the longest run.',
    );
  });

  describe('continues with more texts', () => {
    const order = texts.map((_, i) => (i * 7 + 3) % texts.length);
    const [mixed, tags] = [order.map((i) => texts[i]), order.map((i) => labels[i])];
    const half = texts.length / 2;
    const first = [mixed.slice(0, half), tags.slice(0, half)] as const;
    const rest = [mixed.slice(half), tags.slice(half)] as const;

    it('by hashed terms and sums: as one fit on all texts', async () => {
      await expectNoLeak(async () => {
        const own = { hashed: 64, idf: false, loss: 'meanSquaredError', l2: 1e-3 } as const;
        const [parts, whole] = [textClassifier(own), textClassifier(own)];
        await parts.partialFit(...first);
        const before = await parts.decisionFunction(texts);
        await parts.partialFit(...rest);
        await whole.fit(mixed, tags);
        const after = await parts.decisionFunction(texts);
        expect(
          maxAbsDifference(after.data, (await whole.decisionFunction(texts)).data),
        ).toBeLessThan(1e-4);
        expect(maxAbsDifference(after.data, before.data)).toBeGreaterThan(1e-2);
        for (const one of [parts, whole]) one.dispose();
      });
    });

    it.each(['adam', 'sgd'] as const)(
      'by terms that the first texts had, step by step: %s',
      async (solver) => {
        await expectNoLeak(async () => {
          const classifier = textClassifier({ solver, batchSize: 8, epochs: 10 });
          await classifier.partialFit(...first, {
            epochs: 10,
            classes: ['alarm', 'light', 'music'],
          });
          const names = classifier.encoder!.featureNames;
          const [before, score] = [
            await classifier.decisionFunction(texts),
            await classifier.score(...rest),
          ];
          await classifier.partialFit(...rest, { epochs: 10 });
          expect(classifier.encoder!.featureNames).toEqual(names);
          expect(await classifier.decisionFunction(texts)).not.toEqual(before);
          expect(await classifier.score(...rest)).toBeGreaterThanOrEqual(Math.max(0.9, score));
          classifier.dispose();
        });
      },
    );

    it('with labels that are new, also after it is loaded', async () => {
      const handler = kept();
      const classifier = textClassifier({ hashed: 512, idf: false, solver: 'adam', batchSize: 8 });
      const is = (wanted: boolean) => (_: string, i: number) => (labels[i] === 'light') === wanted;
      const some = [texts.filter(is(false)), labels.filter(is(false))] as const;
      const light = [texts.filter(is(true)), labels.filter(is(true))] as const;
      await classifier.partialFit(...some, { epochs: 20 });
      expect(classifier.classes).toEqual(['alarm', 'music']);
      await classifier.save(handler);
      const loaded = await TextClassifier.load(handler);
      for (const one of [classifier, loaded]) {
        await one.partialFit([...light[0], ...some[0]], [...light[1], ...some[1]], { epochs: 20 });
        expect(one.classes).toEqual(['alarm', 'music', 'light']);
        expect(await one.score(texts, labels)).toBeGreaterThan(0.95);
        expect(await one.predict('turn on a lamp')).toBe('light');
      }
      loaded.dispose();
      await expect(loaded.partialFit(...light)).rejects.toThrow('is not fitted yet');
      classifier.dispose();
    });

    it('refuses what cannot go on, and stays as it was', async () => {
      const classifier = textClassifier();
      const rule =
        "`solver` must be 'direct', 'adam' or 'sgd' to learn from more rows. Received: dual.";
      await expect(classifier.partialFit(...first)).rejects.toThrow(rule);
      await classifier.fit(...first);
      const before = await classifier.decisionFunction(texts);
      await expect(classifier.partialFit(...rest)).rejects.toThrow(rule);
      await expect(classifier.partialFit([7] as never, ['music'])).rejects.toThrow(
        '`texts[0]` must be a string. Received: 7.',
      );
      expect(await classifier.decisionFunction(texts)).toEqual(before);
      classifier.dispose();
    });
  });
});
