import '@kernel-methods/backend-simd';
import { expectNoLeak } from '@kernel-methods/test-utils';
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
    expect(() => textClassifier({ word: [1, 2] } as never)).toThrow('`words`');
    expect(() => textClassifier({ encoder: {} } as never)).toThrow('encoder');
    await expect(textClassifier({ words: [2, 1] }).fit(texts, labels)).rejects.toThrow(
      '`words` must be false, or the shortest and the longest run.',
    );
  });
});
