import { readFileSync } from 'node:fs';
import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { additiveChi2Features } from './additive-features.ts';
import { gammaToScale } from './gamma.ts';
import { gaussian } from './gaussian.ts';
import { nystroem } from './nystroem.ts';
import { pca } from './pca.ts';
import { sketchTables } from './sketch-tables.ts';
import { skewedChi2Features } from './skewed-chi2-features.ts';
import { standardize } from './standardize.ts';
import { tensorSketch } from './tensor-sketch.ts';

// scikit-learn's maps, written by the script beside it.
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/feature-maps.json', import.meta.url), 'utf8'),
);

/** The features of the fixture's rows, or with `products` their inner products. */
function featuresOf(map: layers.Layer, { products = false } = {}): Float32Array {
  const values = tf.tidy(() => {
    const z = map.apply(tf.tensor2d(fixture.x)) as tf.Tensor2D;
    return (products ? tf.matMul(z, tf.transpose(z)) : z).dataSync();
  });
  map.dispose();
  return values as Float32Array;
}

function withWeights<T extends layers.Layer>(map: T, weights: tf.Tensor[]): T {
  tf.tidy(() => void map.apply(tf.tensor2d(fixture.x)));
  map.setWeights(weights);
  tf.dispose(weights);
  return map;
}

describeOnBackends("scikit-learn's feature maps", () => {
  it.each([1, 2, 3])('AdditiveChi2Sampler with %s steps', (sampleSteps) => {
    const expected = fixture.additiveChi2[sampleSteps].flat();
    expect(
      maxAbsDifference(featuresOf(additiveChi2Features({ sampleSteps })), expected),
    ).toBeLessThan(2e-6);
  });

  it('AdditiveChi2Sampler with a given interval', () => {
    const map = additiveChi2Features({ sampleSteps: 4, sampleInterval: 0.3 });
    const expected = fixture.additiveChi2Interval.flat();
    expect(maxAbsDifference(featuresOf(map), expected)).toBeLessThan(2e-6);
  });

  it('SkewedChi2Sampler, of its weights', () => {
    const { skew, frequencies, bias, features } = fixture.skewedChi2;
    const map = withWeights(skewedChi2Features({ outputDim: bias.length, skew }), [
      tf.tensor2d(frequencies),
      tf.tensor1d(bias),
    ]);
    expect(maxAbsDifference(featuresOf(map), features.flat())).toBeLessThan(5e-6);
  });

  it.each([0, 1, 2])('PolynomialCountSketch, products of its hashes: %s', (i) => {
    const { settings, places, signs, products } = fixture.tensorSketch[i];
    const { degree, outputDim } = settings;
    const inputDim = fixture.x[0].length;
    // Where there is no constant scikit-learn draws no hash for it.
    const padded = (rows: number[][]) =>
      rows.flatMap((row) => [...row, ...new Array(inputDim + 1 - row.length).fill(0)]);
    const tables = sketchTables(padded(places), padded(signs), outputDim);
    const shape = [degree, inputDim + 1, Math.floor(outputDim / 2) + 1];
    const map = withWeights(tensorSketch(settings), [
      tf.tensor(tables.cosines, shape),
      tf.tensor(tables.sines, shape),
    ]);
    const expected = products.flat();
    const size = Math.max(...expected.map(Math.abs));
    expect(maxAbsDifference(featuresOf(map, { products: true }), expected) / size).toBeLessThan(
      2e-6,
    );
  });

  it('Nystroem, products of its landmarks', async () => {
    const { gamma, rows, products } = fixture.nystroem;
    const kernel = gaussian({ scale: gammaToScale(gamma) });
    const map = nystroem({ outputDim: rows.length, kernel });
    const landmarks = tf.tensor2d(rows.map((row: number) => fixture.x[row]));
    await map.fit(landmarks);
    landmarks.dispose();
    expect(maxAbsDifference(featuresOf(map, { products: true }), products.flat())).toBeLessThan(
      1e-5,
    );
  });

  it('StandardScaler', async () => {
    const map = standardize();
    const x = tf.tensor2d(fixture.x);
    await map.fit(x);
    x.dispose();
    expect(maxAbsDifference(featuresOf(map), fixture.standardize.flat())).toBeLessThan(2e-6);
  });

  it.each([0, 1])('PCA: %s', async (i) => {
    const { whiten, features } = fixture.pca[i];
    const map = pca({ outputDim: features[0].length, whiten });
    const x = tf.tensor2d(fixture.x);
    await map.fit(x);
    x.dispose();
    expect(maxAbsDifference(featuresOf(map), features.flat())).toBeLessThan(2e-5);
  });
});
