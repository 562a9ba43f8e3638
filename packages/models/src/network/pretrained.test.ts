import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { KernelRidge, KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(40);
const kernel = [
  [1, -2, 0.5],
  [0.25, 1, 3],
];
/** What the pretrained layer knows: y is linear in it, and in nothing else. */
const y = x.map(([a, b]) => Math.tanh(a + 0.25 * b) - 2 * Math.tanh(-2 * a + b));
const dense = () => tfl.layers.dense({ units: 3, activation: 'tanh', inputShape: [2] });
const weigh = (model: tfl.layers.Layer) =>
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel), tf.zeros([3])]));

async function loaded(): Promise<tfl.LayersModel> {
  const model = tfl.sequential({ layers: [dense()] });
  weigh(model);
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  return tfl.loadLayersModel({ load: async () => saved as tf.io.ModelArtifacts });
}

const makers: [string, () => Promise<tfl.LayersModel> | tfl.LayersModel][] = [
  ['loaded', loaded],
  ['nested', async () => tfl.sequential({ layers: [await loaded()] })],
  [
    'given weights while fresh',
    () => {
      const model = tfl.sequential({ layers: [dense()] });
      weigh(model);
      return model;
    },
  ],
  [
    'given weights within another',
    () => {
      const inner = tfl.sequential({ layers: [dense()] });
      const outer = tfl.sequential({ layers: [inner] });
      weigh(inner);
      return outer;
    },
  ],
];

describe('a pretrained sequential model', () => {
  it.each(makers)('keeps its weights: %s', async (_, make) => {
    const base = await make();
    base.trainable = false;
    for (const layer of base.layers) layer.trainable = false;
    const ridge = new KernelRidge({ features: base, solver: 'direct', l2: 1e-9 });
    await ridge.fit(x, y);
    expect(await ridge.score(x, y)).toBeGreaterThan(0.9999);
    ridge.dispose();
  });
});

describe('a seed', () => {
  const flat = () => tfl.layers.dense({ units: 6, activation: 'tanh' });
  const specs: [string, () => tfl.layers.Layer[]][] = [
    ['a layer without a seed', () => [flat()]],
    ['a frozen one', () => [tfl.layers.dense({ units: 6, trainable: false })]],
    [
      'another initializer',
      () => [tfl.layers.dense({ units: 6, kernelInitializer: 'randomNormal' })],
    ],
    ['dropout', () => [flat(), tfl.layers.dropout({ rate: 0.5 })]],
    ['Gaussian noise', () => [flat(), tfl.layers.gaussianNoise({ stddev: 0.5 })]],
    ['Gaussian dropout', () => [flat(), tfl.layers.gaussianDropout({ rate: 0.5 })]],
    ['alpha dropout', () => [flat(), tfl.layers.alphaDropout({ rate: 0.5 })]],
    [
      'noise within a wrapper',
      () => [
        tfl.layers.reshape({ targetShape: [2, 1] }),
        tfl.layers.timeDistributed({ layer: flat() }),
        tfl.layers.timeDistributed({ layer: tfl.layers.gaussianNoise({ stddev: 0.5 }) }),
        tfl.layers.flatten(),
      ],
    ],
  ];
  const recurrent = {
    dropout: 0.5,
    recurrentDropout: 0.5,
    recurrentInitializer: 'glorotUniform',
  } as const;
  const recurrentSpecs: typeof specs = [
    [
      'a recurrent layer with dropout',
      () => [
        tfl.layers.reshape({ targetShape: [2, 1] }),
        tfl.layers.gru({ ...recurrent, units: 4 }),
      ],
    ],
    [
      'recurrent cells with dropout',
      () => [
        tfl.layers.reshape({ targetShape: [2, 1] }),
        tfl.layers.rnn({
          cell: [2, 3].map((units) => tfl.layers.lstmCell({ ...recurrent, units })),
        }),
      ],
    ],
    [
      'a recurrent layer in two directions',
      () => [
        tfl.layers.reshape({ targetShape: [2, 1] }),
        tfl.layers.bidirectional({
          mergeMode: 'concat',
          layer: tfl.layers.simpleRNN({ ...recurrent, units: 3 }) as tfl.RNN,
        }),
      ],
    ],
  ];
  const repeats = async (features: () => tfl.layers.Layer[]) => {
    const fit = async (seed: number) => {
      const svm = new KernelSVM({ features: features(), epochs: 2, batchSize: 10, seed });
      await svm.fit(x, labels);
      const first = (await svm.decisionFunction(x)).data;
      await svm.fit(x, labels);
      expect((await svm.decisionFunction(x)).data).toEqual(first);
      svm.dispose();
      return first;
    };
    const first = await fit(3);
    expect(await fit(3)).toEqual(first);
    expect(await fit(4)).not.toEqual(first);
  };
  it.each(specs)('repeats %s', (_, features) => expectNoLeak(() => repeats(features)));
  // tfjs keeps the masks of a recurrent layer's last call.
  it.each(recurrentSpecs)('repeats %s', (_, features) => repeats(features));

  it('repeats a sequential model with dropout, whose own weights are the start', async () => {
    const { dense: layer, dropout } = tfl.layers;
    const base = tfl.sequential({
      layers: [layer({ units: 6, inputShape: [2] }), dropout({ rate: 0.5 })],
    });
    const svm = new KernelSVM({ features: base, epochs: 2, batchSize: 10 });
    await svm.fit(x, labels);
    const first = (await svm.decisionFunction(x)).data;
    await svm.fit(x, labels);
    expect((await svm.decisionFunction(x)).data).toEqual(first);
    svm.dispose();
    base.dispose();
  });
});
