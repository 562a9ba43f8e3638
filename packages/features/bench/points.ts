import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { softmaxPairs } from '../src/fixtures/softmax-pairs.ts';
import type { Kernel } from '../src/index.ts';

/** Pairs of points, their kernel, and √(K(x, x)·K(y, y)), the unit of the errors. */
export interface Pairs {
  x: tf.Tensor2D;
  y: tf.Tensor2D;
  exact: Float64Array;
  /** One per pair. */
  units: Float64Array;
}

/** A starting point and a path from it, along which the kernel falls and K(y, y) stays K(x, x). */
type Path = (random: { normal(): number }, inputDim: number) => (step: number) => number[];

const LEVELS = [0.1, 0.3, 0.5, 0.7, 0.9];
const DIRECTIONS = 6;
const STEPS = Array.from({ length: 500 }, (_, i) => 1e-3 * 1.025 ** i);

/** A straight line in a random direction, from a normal point: for shift-invariant kernels. */
export const straight: Path = (random, inputDim) => {
  const [from, way] = normals(random, inputDim);
  return (step) => from.map((value, i) => value + step * way[i]);
};

/** A path on a sphere of this radius: for kernels of angles and products. */
export const sphere =
  (radius: number): Path =>
  (random, inputDim) => {
    const [a, b] = normals(random, inputDim);
    const from = a.map((value) => (value / Math.hypot(...a)) * radius);
    const along = b.reduce((sum, value, i) => sum + value * from[i], 0) / radius ** 2;
    const off = b.map((value, i) => value - along * from[i]);
    const way = off.map((value) => (value / Math.hypot(...off)) * radius);
    return (step) => {
      const angle = Math.min(step, Math.PI);
      return from.map((value, i) => Math.cos(angle) * value + Math.sin(angle) * way[i]);
    };
  };

/** A path of positive numbers, each raised to a power: for products over histograms. */
export const powers: Path = (random, inputDim) => {
  const [from, way] = normals(random, inputDim);
  return (step) => from.map((value, i) => Math.exp(value + Math.min(step, 20) * way[i]));
};

/**
 * The same with mean 1, starting where the numbers that grow are small: for sums over histograms.
 */
export const histogram: Path = (random, inputDim) => {
  const at = powers(random, inputDim);
  return (step) => {
    const raw = at(step - 2);
    const sum = raw.reduce((a, b) => a + b);
    return raw.map((value) => (value / sum) * inputDim);
  };
};

const normals = (random: { normal(): number }, length: number) =>
  [0, 1].map(() => Array.from({ length }, () => random.normal()));

/** Pairs at which K is 0.1 … 0.9 of K(x, x). */
export function pairsAlong(path: Path, kernel: Kernel, inputDim: number): Pairs {
  const random = createRandom(1).stream('points');
  const pairs: { x: number[]; y: number[]; exact: number }[] = [];
  let unit = 1;
  for (let i = 0; i < DIRECTIONS; i++) {
    const at = path(random, inputDim);
    const ways = STEPS.map(at);
    const values = tf.tidy(() => {
      const x = tf.tensor2d([at(0)]);
      unit = kernel.evaluate(x, x).dataSync()[0];
      return kernel.evaluate(x, tf.tensor2d(ways)).dataSync();
    });
    for (const level of LEVELS) {
      const step = values.findIndex((value) => value <= level * unit);
      if (step < 0) throw new Error(`${kernel.name} does not fall to ${level} along the path.`);
      pairs.push({ x: at(0), y: ways[step], exact: values[step] });
    }
  }
  return {
    x: tf.tensor2d(pairs.map(({ x }) => x)),
    y: tf.tensor2d(pairs.map(({ y }) => y)),
    exact: Float64Array.from(pairs, ({ exact }) => exact),
    units: new Float64Array(pairs.length).fill(unit),
  };
}

/** Pairs for the softmax kernel with ‖x + y‖² = z, in 16 inputs. */
export function softmaxPairsOf(z: number): Pairs {
  const { x, y, exact, unit } = softmaxPairs(16, z);
  return {
    x: tf.tensor2d(x),
    y: tf.tensor2d(y),
    exact: Float64Array.from(exact),
    units: Float64Array.from(unit),
  };
}

/**
 * The cluster of row i: all ten are equally large, or each is half as large as the one before it.
 */
export const alike = (i: number): number => i % 10;
export const halving = (i: number, count: number): number =>
  Math.min(9, Math.floor(-Math.log2((i + 0.5) / count)));

/** Rows in ten clusters, each spread along three of the 16 directions. */
export function heaps(
  count: number,
  label: string,
  heapOf: (i: number, count: number) => number = alike,
): tf.Tensor2D {
  const shape = createRandom(2).stream('heaps');
  const vector = (size: number) => Array.from({ length: 16 }, () => size * shape.normal());
  const all = Array.from({ length: 10 }, () => ({
    center: vector(0.8),
    ways: [vector(0.3), vector(0.3), vector(0.3)],
  }));
  const random = createRandom(3).stream(label);
  const rows = Array.from({ length: count }, (_, i) => {
    const { center, ways } = all[heapOf(i, count)];
    const parts = ways.map(() => random.normal());
    return center.map((c, j) => ways.reduce((sum, way, k) => sum + way[j] * parts[k], c));
  });
  return tf.tensor2d(rows);
}

/** Pairs of rows, equally many near each level. */
export function pairsAmong(rows: tf.Tensor2D, kernel: Kernel): Pairs {
  const n = rows.shape[0];
  const gram = tf.tidy(() => kernel.evaluate(rows, rows).dataSync());
  const chosen = LEVELS.flatMap((level) => {
    const near: number[] = [];
    for (let i = 0; i < n && near.length < 12; i++) {
      const j = gram.subarray(i * n, i * n + i).findIndex((k) => Math.abs(k - level) < 0.05);
      if (j >= 0) near.push(i * n + j);
    }
    return near;
  });
  const pick = (of: (at: number) => number) =>
    tf.tidy(() => tf.gather(rows, tf.tensor1d(chosen.map(of), 'int32')));
  return {
    x: pick((at) => Math.floor(at / n)),
    y: pick((at) => at % n),
    exact: Float64Array.from(chosen, (at) => gram[at]),
    units: new Float64Array(chosen.length).fill(1),
  };
}
