import { object } from '@kernel-methods/check';
import { atOnce } from '@kernel-methods/simd';
import type * as tf from '@tensorflow/tfjs-core';
import type { Head } from '../data/head.ts';
import { medianDistance } from '../data/median-distance.ts';
import { solveSteps } from '../ridge/solve.ts';
import { addSums, zeroSums } from '../ridge/sums.ts';
import { ClassExamples } from './class-examples.ts';
import { checkDataset } from './dataset.ts';
import { checkedExample, type ExampleLike } from './example.ts';
import { ExampleFeatures } from './features.ts';

export interface ExamplesClassifierOptions {
  /** Random features D. A class takes at most D + 1 rows of D + 3 numbers to save. Default 512. */
  readonly outputDim?: number;
  /**
   * Length scale of the gaussian kernel. Default: the median distance between the first 200
   * examples, and fixed from the 201st on, or from when the dataset is first asked for.
   */
  readonly scale?: number;
  /** What is added to the Gram matrix's diagonal; a row of features has norm 1. Default 0.1. */
  readonly alpha?: number;
  /**
   * Whether examples are divided by their length first, as tfjs-models' classifier does, which suits
   * embeddings: two that differ in length alone are then the same. Set it to false where lengths tell
   * classes apart, as in measurements. Default true.
   */
  readonly normalize?: boolean;
  /** Draws the features. Default 0. */
  readonly seed?: number;
}

export interface ClassPrediction {
  readonly label: string;
  /** When the label was first seen, from 0 on. */
  readonly classIndex: number;
  /** For each label a number from 0 to 1; they sum to 1, and the label's is the largest. */
  readonly confidences: { [label: string]: number };
}

/** Examples that wait for a better scale. */
const FIRST_EXAMPLES = 200;
/** Examples that are mapped together. */
const BLOCK_ROWS = 256;

/**
 * A classifier that learns from examples as they come, with the interface of tfjs-models'
 * `KNNClassifier`, for embeddings: kernel ridge regression on random Fourier features, one output a
 * class, from the sums of each class. What it takes to save and to predict does not grow with the
 * number of examples.
 *
 * Targets are ±1, so that f(x) estimates 2·P(class | x) − 1 and (1 + f)/2 sum to 1 by themselves.
 *
 * A dataset comes back only into a classifier with the same `outputDim`, `normalize` and `seed`.
 *
 * Rifkin, Yeo & Poggio, "Regularized least-squares classification", 2003.
 */
export class ExamplesClassifier {
  readonly #width: number;
  readonly #alpha: number;
  readonly #givenScale: number | undefined;
  readonly #features: ExampleFeatures;
  readonly #classes = new Map<string, ClassExamples>();
  /** In which order labels were seen, cleared ones too. */
  readonly #indices = new Map<string, number>();
  /** Present once it is fixed. */
  #scale: number | undefined;
  #model: { head: Head; scale: number } | undefined;

  /** @throws RangeError or TypeError that names the option, its rule and the value. */
  constructor(options: ExamplesClassifierOptions = {}) {
    const { outputDim = 512, scale, alpha = 0.1, normalize = true, seed = 0 } = options;
    if (scale !== undefined) checkPositive('scale', scale);
    checkPositive('alpha', alpha);
    this.#features = new ExampleFeatures({ outputDim, seed, normalize });
    this.#width = outputDim;
    this.#alpha = alpha;
    this.#givenScale = scale;
  }

  /**
   * Adds an example of any shape, the same for all: a tensor, or a typed array for a vector. It is
   * divided by its length unless `normalize` is false: then lengths count, not directions alone.
   *
   * @throws RangeError or TypeError where the shape is another, a number is not finite, or the
   * label is neither a string nor a number.
   */
  addExample(example: ExampleLike, label: number | string): void {
    if (typeof label !== 'string' && typeof label !== 'number') {
      throw new TypeError(`\`label\` must be a string or a number. Received: ${label}.`);
    }
    const checked = checkedExample('example', example);
    this.#features.check('example', checked);
    const values = 'values' in checked ? checked.values : checked.dataSync();
    const input = this.#features.inputOf('example', values);
    this.#features.learn(checked);
    const examples = this.#classOf(String(label));
    examples.add(input);
    this.#model = undefined;
    if (this.#scale === undefined && this.#count > FIRST_EXAMPLES) this.#fix();
    if (this.#scale !== undefined && examples.inputs.length >= BLOCK_ROWS) {
      examples.map(this.#features.map(this.#scale), true);
    }
  }

  /**
   * The class of an example.
   *
   * @param k is there for the interface's sake: all examples count.
   * @throws Error if there are no examples, and as `addExample`.
   */
  async predictClass(input: ExampleLike, k = 3): Promise<ClassPrediction> {
    if (!(k >= 1)) throw new RangeError(`\`k\` must be 1 or above. Received: ${k}.`);
    this.#checkExamples();
    const checked = checkedExample('input', input);
    this.#features.check('input', checked);
    const values = 'values' in checked ? checked.values : await checked.data();
    const row = this.#features.inputOf('input', values);
    this.#checkExamples(); // They may have been cleared meanwhile.
    this.#model ??= this.#solve();
    const { head, scale } = this.#model;
    const z = this.#features.map(scale)([row]);
    const shares = Array.from(head.bias, (bias, unit) => {
      let score = bias;
      for (let i = 0; i < z.length; i++) score += head.weights[unit * z.length + i] * z[i];
      return Math.max(0, (1 + score) / 2);
    });
    const total = shares.reduce((sum, share) => sum + share, 0);
    const labels = [...this.#classes.keys()];
    const label = labels[shares.indexOf(Math.max(...shares))];
    return {
      label,
      classIndex: this.#indices.get(label) as number,
      confidences: Object.fromEntries(labels.map((name, i) => [name, shares[i] / total])),
    };
  }

  /** @throws RangeError if there is no such class. */
  clearClass(label: number | string): void {
    const examples = this.#classes.get(String(label));
    if (examples === undefined) {
      throw new RangeError(`\`label\` must be that of a class with examples. Received: ${label}.`);
    }
    examples.forgetDataset();
    this.#classes.delete(String(label));
    this.#model = undefined;
    if (this.#classes.size === 0) this.#scale = undefined;
  }

  clearAllClasses(): void {
    for (const label of [...this.#classes.keys()]) this.clearClass(label);
  }

  /** How many examples each class has. */
  getClassExampleCount(): { [label: string]: number } {
    return Object.fromEntries(Array.from(this.#classes, ([label, { count }]) => [label, count]));
  }

  getNumClasses(): number {
    return this.#classes.size;
  }

  /**
   * What is known of each class, at most D + 1 rows: [features, 1] of its examples or, once there
   * are more, of as few pseudo-examples with the same sums; then, in each row, the scale and the
   * length of an example. The tensors belong to the classifier, each until its class changes.
   */
  getClassifierDataset(): { [label: string]: tf.Tensor2D } {
    if (this.#classes.size === 0) return {};
    const scale = this.#scale ?? this.#fix();
    const extra = [scale, this.#features.inputDim];
    return Object.fromEntries(
      Array.from(this.#classes, ([label, examples]) => {
        examples.map(this.#features.map(scale), true);
        return [label, examples.dataset(extra)];
      }),
    );
  }

  /**
   * Goes on from what `getClassifierDataset` gave, in place of all classes so far. The tensors
   * belong to the classifier from then on.
   *
   * @throws RangeError or TypeError where it is no such dataset, before any change.
   */
  setClassifierDataset(dataset: { [label: string]: tf.Tensor2D }): void {
    object('dataset', dataset);
    const tensors = Object.values(dataset);
    const extra = checkDataset(dataset, this.#width);
    const classes = Object.entries(dataset).map(
      ([label, tensor]) => [label, ClassExamples.from(tensor, this.#width)] as const,
    );
    // Its own dataset may come back.
    for (const examples of this.#classes.values()) examples.forgetDataset(tensors);
    this.#classes.clear();
    this.#features.dispose();
    this.#model = undefined;
    [this.#scale, this.#features.inputDim] = extra;
    for (const [label, examples] of classes) {
      this.#classes.set(label, examples);
      this.#index(label);
    }
  }

  /** Forgets all examples, and frees the memory. */
  dispose(): void {
    this.clearAllClasses();
    this.#indices.clear();
    this.#features.dispose();
  }

  get #count(): number {
    let count = 0;
    for (const examples of this.#classes.values()) count += examples.count;
    return count;
  }

  #classOf(label: string): ClassExamples {
    const known = this.#classes.get(label);
    if (known !== undefined) return known;
    const examples = new ClassExamples(this.#width);
    this.#classes.set(label, examples);
    this.#index(label);
    return examples;
  }

  #index(label: string): void {
    if (!this.#indices.has(label)) this.#indices.set(label, this.#indices.size);
  }

  #checkExamples(): void {
    if (this.#classes.size === 0) {
      throw new Error('This ExamplesClassifier has no examples yet. Call `addExample` first.');
    }
  }

  /** The given scale, or that of the examples so far. */
  #bestScale(): number {
    if (this.#givenScale !== undefined) return this.#givenScale;
    const inputs = Array.from(this.#classes.values(), (examples) => examples.inputs).flat();
    const { inputDim } = this.#features;
    const values = new Float32Array(inputs.length * inputDim);
    inputs.forEach((input, row) => {
      values.set(input, row * inputDim);
    });
    return medianDistance(values, inputs.length, 2);
  }

  /** Decides on the scale for good, as a float32: so it is saved. */
  #fix(): number {
    const scale = Math.fround(this.#bestScale());
    for (const examples of this.#classes.values()) examples.unmap();
    this.#scale = scale;
    return scale;
  }

  /** Ridge regression of ±1 on the sums of all classes: Σ zc·yc of a class is 2·n·(z̄ of its own − z̄). */
  #solve(): { head: Head; scale: number } {
    const isFixed = this.#scale !== undefined;
    const scale = this.#scale ?? Math.fround(this.#bestScale());
    const map = this.#features.map(scale);
    const units = this.#classes.size;
    const all = zeroSums(this.#width, 1);
    for (const examples of this.#classes.values()) {
      if (!isFixed) examples.unmap();
      examples.map(map, isFixed);
      addSums(all, examples.sums, 1);
    }
    const { weight } = all;
    const sums = { ...zeroSums(this.#width, units), weight, zMean: all.zMean, zz: all.zz };
    let unit = 0;
    for (const { sums: own } of this.#classes.values()) {
      const mean = (2 * own.weight) / weight - 1;
      sums.yMean[unit] = mean;
      sums.yy[unit] = weight * (1 - mean * mean);
      for (let i = 0; i < this.#width; i++) {
        sums.zy[i * units + unit] = 2 * own.weight * (own.zMean[i] - all.zMean[i]);
      }
      unit++;
    }
    return { head: atOnce(solveSteps(sums, (2 * this.#alpha) / (weight * units))).head, scale };
  }
}

/** A classifier without examples, as tfjs-models' packages make theirs. */
export const create = (options?: ExamplesClassifierOptions): ExamplesClassifier =>
  new ExamplesClassifier(options);

function checkPositive(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`${name}\` must be a positive finite number. Received: ${value}.`);
  }
}
