import { describeFeatureMap, pointsFor } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConvolutionalFeaturesConfig } from './convolutional-config.ts';
import { convolutionalFeatures } from './convolutional-features.ts';

/** The features of one image by their definition, in float64: loops only. */
function naive(
  image: ArrayLike<number>,
  [height, width, channels]: number[],
  [filters, mean, [deviation]]: Float64Array[],
  { size, count, grid, padding, stride, threshold }: Record<string, number>,
): Float64Array {
  const pixel = (y: number, x: number, c: number) =>
    y < 0 || y >= height || x < 0 || x >= width ? 0 : image[(y * width + x) * channels + c];
  const [rows, columns] = [height, width].map((length) =>
    Math.floor((length + 2 * padding - size) / stride + 1),
  );
  const response = (y: number, x: number, f: number) => {
    let sum = -threshold;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        for (let c = 0; c < channels; c++) {
          const filter = filters[((i * size + j) * channels + c) * count + f];
          sum += pixel(y * stride + i - padding, x * stride + j - padding, c) * filter;
        }
      }
    }
    return Math.max(0, sum);
  };
  const weight = (length: number, i: number, at: number) => {
    const cell = length / grid;
    const bell = (p: number) =>
      Math.exp(-((p + 0.5 - (i + 0.5) * cell) ** 2) / (2 * (cell / 1.5) ** 2));
    let sum = 0;
    for (let p = 0; p < length; p++) sum += bell(p);
    return bell(at) / sum;
  };
  const features = new Float64Array(grid * grid * count);
  for (let k = 0; k < features.length; k++) {
    const [f, cell] = [k % count, Math.floor(k / count)];
    let sum = 0;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const window = weight(rows, Math.floor(cell / grid), y) * weight(columns, cell % grid, x);
        sum += window * response(y, x, f);
      }
    }
    features[k] = (Math.sqrt(Math.max(sum, 1e-12)) - mean[k]) / deviation;
  }
  return features;
}

const cases: [string, number[], ConvolutionalFeaturesConfig][] = [
  ['images of one channel', [9, 8], { grid: 3, filters: 5, patchSize: 3 }],
  ['images of two channels', [6, 7, 2], { grid: 2, filters: 4, padding: 0, threshold: 0.1 }],
  ['flat rows', [48], { imageShape: [4, 6, 2], grid: 2, filters: 3, patchSize: 2, padding: 2 }],
  [
    'normal filters, two pixels apart',
    [10, 7],
    { stride: 2, patchSize: 3, filtersFrom: 'gaussian', grid: 2, filters: 6 },
  ],
];

for (const [name, sampleShape, config] of cases) {
  const {
    filters = 32,
    patchSize = 5,
    grid = 7,
    padding = 1,
    stride = 1,
    threshold = 0.3,
  } = config;
  const shape = [...(config.imageShape ?? sampleShape), 1].slice(0, 3);
  describeFeatureMap(`convolutionalFeatures of ${name}`, {
    create: (settings) => convolutionalFeatures({ ...settings, ...config }),
    inputDim: sampleShape.reduce((product, length) => product * length, 1),
    sampleShape,
    outputDim: grid * grid * filters,
    // Pixels that are far enough from 0 for filters to answer.
    samples: (points) => points.map((value) => 3 * value),
    oracle: (weights, image) =>
      naive(image, shape, weights, {
        size: patchSize,
        count: filters,
        grid,
        padding,
        stride,
        threshold,
      }),
    tolerance: 1e-4,
    gradientTolerance: 5e-3,
    rowTolerance: 2e-6,
    hasTrainableWeight: false,
  });
}

describe('convolutionalFeatures', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  const images = (n: number) =>
    tf.tidy(() =>
      tf.relu(
        tf.tensor(
          pointsFor(n, 144, 3).map((v) => 9 * v),
          [n, 12, 12],
        ),
      ),
    );

  it('has filters of mean 0 and norm 1, and features of mean 0 and overall deviation 1', async () => {
    const layer = convolutionalFeatures({ filters: 6, grid: 3 });
    const x = images(50);
    await layer.fit(x);
    const filters = tf.tidy(() =>
      tf.transpose(tf.reshape(layer.getWeights()[0], [25, 6])).arraySync(),
    );
    for (const filter of filters as number[][]) {
      expect(Math.abs(filter.reduce((sum, v) => sum + v, 0))).toBeLessThan(1e-5);
      expect(Math.hypot(...filter)).toBeCloseTo(1, 5);
    }
    const z = tf.tidy(() => (layer.apply(x) as tf.Tensor2D).arraySync());
    for (let j = 0; j < 54; j++) {
      expect(Math.abs(z.reduce((sum, row) => sum + row[j], 0) / 50)).toBeLessThan(1e-5);
    }
    const square = z.flat().reduce((sum, v) => sum + v * v, 0) / (50 * 54);
    expect(square).toBeCloseTo(1, 4);
    layer.dispose();
    x.dispose();
  });

  it('takes filters that are patches, and none that are constant', async () => {
    const size = 3;
    const layer = convolutionalFeatures({ filters: 40, patchSize: size, grid: 2, padding: 0 });
    // One pixel on a black ground: only patches that hold it will do.
    const x = tf.tidy(() =>
      tf.pad(tf.ones([1, 1, 1]), [
        [0, 0],
        [7, 6],
        [5, 8],
      ]),
    ) as tf.Tensor3D;
    await layer.fit(x);
    const filters = tf.tidy(() =>
      tf.transpose(tf.reshape(layer.getWeights()[0], [9, 40])).arraySync(),
    );
    for (const filter of filters as number[][]) {
      const sorted = [...filter].sort((a, b) => a - b);
      expect(sorted[8]).toBeCloseTo(Math.sqrt(8 / 9), 5);
      expect(sorted[7]).toBeCloseTo(-1 / Math.sqrt(72), 5);
    }
    layer.dispose();
    x.dispose();
    const blank = tf.ones([2, 6, 6]);
    const other = convolutionalFeatures({ padding: 0 });
    await expect(other.fit(blank)).rejects.toThrow(/^`x` must hold images that are not constant/);
    expect(other.isFitted).toBe(false);
    other.dispose();
    blank.dispose();
  });

  it('gives the same for images in every form, and block by block', async () => {
    const x = images(30);
    const outputs: Float32Array[] = [];
    for (const [shape, imageShape] of [
      [[30, 12, 12], undefined],
      [[30, 12, 12, 1], undefined],
      [
        [30, 144],
        [12, 12],
      ],
    ] as const) {
      // So many filters that 30 images are more than one block.
      const layer = convolutionalFeatures({ filters: 800, grid: 1, imageShape });
      const input = tf.reshape(x, [...shape]);
      await layer.fit(input);
      outputs.push(tf.tidy(() => (layer.apply(input) as tf.Tensor).dataSync()) as Float32Array);
      layer.dispose();
      input.dispose();
    }
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
    x.dispose();
  });

  it.each([
    [{ filters: 0 }, '`filters` must be a whole number, 1 or above. Received: 0.'],
    [{ padding: -1 }, '`padding` must be a whole number, 0 or above. Received: -1.'],
    [{ threshold: Number.NaN }, '`threshold` must be a finite number. Received: NaN.'],
    [{ filtersFrom: 'air' }, "`filtersFrom` must be 'patches' or 'gaussian'. Received: 'air'."],
    [{ imageShape: [28] }, '`imageShape` must be [height, width]'],
    [{ units: 3 }, "Received: 'units'."],
  ])('names the setting that is wrong: %j', (config, message) => {
    expect(() => convolutionalFeatures(config as ConvolutionalFeaturesConfig)).toThrow(message);
  });

  it('names images that are too small, or rows of another length', () => {
    const small = convolutionalFeatures({ patchSize: 9, padding: 0, inputShape: [8, 8] });
    expect(() => small.computeOutputShape([null, 8, 8])).toThrow('`input` must be images of 9');
    const flat = convolutionalFeatures({ imageShape: [5, 5] });
    expect(() => flat.computeOutputShape([null, 24])).toThrow('last axis of 5 × 5 = 25');
  });
});
