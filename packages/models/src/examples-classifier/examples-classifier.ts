import { kindOf, positiveFinite, rangeError, shown, typeError } from '@kernel-methods/check';
import { atOnce } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { base64Of } from '../data/base64.ts';
import type { Head } from '../data/head.ts';
import { medianDistance } from '../data/median-distance.ts';
import { solveSteps } from '../ridge/solve.ts';
import { addSums, zeroSums } from '../ridge/sums.ts';
import { Arrivals } from './arrivals.ts';
import { ClassExamples } from './class-examples.ts';
import type { ExamplesClassifierOptions } from './classifier-options.ts';
import { checkRecord, type ExamplesClassifierRecord, readRows } from './classifier-record.ts';
import { type ClassifierDataset, type ReadDataset, readDataset } from './dataset.ts';
import { arrayExample, type ExampleLike, type ExampleShape } from './example.ts';
import { ExampleFeatures } from './features.ts';

export interface ClassPrediction {
  readonly label: string;
  /** The position of the label in order of first use, from 0. */
  readonly classIndex: number;
  /** A number from 0 to 1 for each label; they sum to 1, and that of `label` is the largest. */
  readonly confidences: { [label: string]: number };
}

/** "None of these": no class is likely enough. */
export interface NoClass {
  readonly label: null;
  readonly classIndex: -1;
  readonly confidences: { [label: string]: number };
}

/** The number of examples after which the scale is fixed. */
const FIRST_EXAMPLES = 200;
/** The number of examples that are mapped together. */
const BLOCK_ROWS = 256;

/**
 * A classifier that learns from examples as they arrive, with the interface of tfjs-models'
 * `KNNClassifier`, for embeddings. It is kernel ridge regression on random Fourier features, with
 * one output per class, from the sums of each class. The size of its saved state and the time of a
 * prediction do not grow with the number of examples.
 *
 * Targets are ±1, so f(x) estimates 2·P(class | x) − 1, and the values (1 + f)/2 sum to 1.
 *
 * A dataset can only be restored into a classifier with the same `outputDim`, `normalize` and
 * `seed`.
 *
 * Rifkin, Yeo & Poggio, "Regularized least-squares classification", 2003.
 */
export class ExamplesClassifier {
  readonly #width: number;
  readonly #options: ExamplesClassifierOptions;
  readonly #alpha: number;
  readonly #givenScale: number | undefined;
  readonly #features: ExampleFeatures;
  readonly #classes = new Map<string, ClassExamples>();
  /** The order in which labels were first used, including cleared ones. */
  readonly #indices = new Map<string, number>();
  /** Defined once it is fixed. */
  #scale: number | undefined;
  #model: { head: Head; scale: number } | undefined;
  readonly #arrivals = new Arrivals();

  /** @throws RangeError or TypeError that names the option, its rule and the value. */
  constructor(options: ExamplesClassifierOptions = {}) {
    const { outputDim = 512, scale, alpha = 0.1, normalize = false, seed = 0 } = options;
    if (scale !== undefined) positiveFinite('scale', scale);
    positiveFinite('alpha', alpha);
    this.#features = new ExampleFeatures({ outputDim, seed, normalize });
    this.#options = { outputDim, alpha, normalize, seed, ...(scale !== undefined && { scale }) };
    this.#width = outputDim;
    this.#alpha = alpha;
    this.#givenScale = scale;
  }

  /**
   * Adds an example of any shape, the same for all. A typed array or an array of numbers is added
   * at once; a tensor is added once it is read, when the promise resolves. The tensor may be
   * disposed of right after the call, and `predictClass` waits for it; the other methods see it
   * once the promise has resolved.
   *
   * @throws RangeError or TypeError if the shape differs, a number is not finite, or the label is
   * neither a string nor a number. For a tensor the promise rejects with the error.
   */
  addExample(example: tf.Tensor, label: number | string): Promise<void>;
  addExample(example: ArrayLike<number>, label: number | string): void;
  addExample(example: ExampleLike, label: number | string): Promise<void> | undefined;
  addExample(example: ExampleLike, label: number | string): Promise<void> | undefined {
    if (example instanceof tf.Tensor) return this.#addTensor(example, label);
    const name = labelOf(label);
    const { shape, size, values } = arrayExample('example', example);
    this.#add(values, { shape, size }, name);
    return undefined;
  }

  /**
   * The class of an example.
   *
   * @param k exists for compatibility only: all examples count.
   * @param options `reject`: "none of these", a null label, for an example for which no class has an
   * estimated probability of this size. An example that is unlike all others has the share of a class
   * among the examples as its probability. 0.5 suits three classes and more, 0.7 two; where a wrong label
   * costs c times as much as none, it is 1 − 1/c (Chow, "On optimum recognition error and reject
   * tradeoff", 1970).
   * @throws Error if there are no examples, and as `addExample`.
   */
  predictClass(input: ExampleLike, k?: number): Promise<ClassPrediction>;
  predictClass(
    input: ExampleLike,
    k: number | undefined,
    options: { readonly reject: number },
  ): Promise<ClassPrediction | NoClass>;
  async predictClass(
    input: ExampleLike,
    k = 3,
    { reject }: { readonly reject?: number } = {},
  ): Promise<ClassPrediction | NoClass> {
    if (!(k >= 1)) throw new RangeError(`\`k\` must be 1 or above. Received: ${k}.`);
    if (reject !== undefined && !(reject > 0 && reject < 1)) {
      throw rangeError('reject', 'lie between 0 and 1', shown(reject));
    }
    const { shape, size, values } =
      input instanceof tf.Tensor
        ? { shape: input.shape, size: input.size, values: await input.data() }
        : arrayExample('input', input);
    await this.#arrivals.settled;
    if (this.#classes.size === 0) {
      throw new Error('This ExamplesClassifier has no examples yet. Call `addExample` first.');
    }
    this.#features.check('input', { shape, size });
    const row = this.#features.inputOf('input', values);
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
    const most = Math.max(...shares);
    const label = labels[shares.indexOf(most)];
    const confidences = Object.fromEntries(labels.map((name, i) => [name, shares[i] / total]));
    if (reject !== undefined && most < reject) return { label: null, classIndex: -1, confidences };
    return { label, classIndex: this.#indices.get(label) as number, confidences };
  }

  /**
   * Forgets an example that was added with this label. Tensors that are on their way are awaited.
   *
   * Once a class has more examples than features plus one, only sums are kept: the example is then taken
   * out of them, and must have been added.
   *
   * @throws RangeError if there is no such example, and as `addExample`.
   */
  async removeExample(example: ExampleLike, label: number | string): Promise<void> {
    const name = labelOf(label);
    const { shape, size, values } =
      example instanceof tf.Tensor
        ? { shape: example.shape, size: example.size, values: await example.data() }
        : arrayExample('example', example);
    await this.#arrivals.settled;
    this.#features.check('example', { shape, size });
    const examples = this.#classes.get(name);
    const map = this.#scale === undefined ? undefined : this.#features.map(this.#scale);
    if (!examples?.remove(this.#features.inputOf('example', values), map)) {
      throw rangeError('example', 'be one that was added with this label', `another for '${name}'`);
    }
    this.#model = undefined;
    if (examples.count === 0) this.clearClass(name);
  }

  /**
   * Forgets the examples of a class, including pending ones.
   *
   * @throws RangeError if there are none.
   */
  clearClass(label: number | string): void {
    const name = String(label);
    const isDropped = this.#arrivals.drop(name);
    const examples = this.#classes.get(name);
    if (examples === undefined && !isDropped) {
      throw new RangeError(`\`label\` must be that of a class with examples. Received: ${label}.`);
    }
    examples?.forgetDataset();
    this.#classes.delete(name);
    this.#model = undefined;
    if (this.#classes.size === 0) this.#scale = undefined;
  }

  /** Forgets all examples, including pending ones. */
  clearAllClasses(): void {
    this.#arrivals.clear();
    for (const label of [...this.#classes.keys()]) this.clearClass(label);
  }

  /** The number of examples of each class. */
  getClassExampleCount(): { [label: string]: number } {
    return Object.fromEntries(Array.from(this.#classes, ([label, { count }]) => [label, count]));
  }

  getNumClasses(): number {
    return this.#classes.size;
  }

  /**
   * The state of each class, at most D + 1 rows: [features, 1] of its examples or, once there are
   * more, of pseudo-examples with the same sums; each row ends with the scale and the length of an
   * example. The classifier owns the tensors; each is valid until its class changes.
   */
  getClassifierDataset(): ClassifierDataset {
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
   * Continues from a result of `getClassifierDataset`, which replaces all classes so far once the
   * promise resolves. The classifier owns the tensors from then on.
   *
   * @throws RangeError or TypeError if it is not such a dataset, before any change.
   */
  setClassifierDataset(dataset: ClassifierDataset): Promise<void> {
    return this.#arrivals.take(readDataset(dataset, this.#width), undefined, (read, isWanted) => {
      if (isWanted) this.#replace(read);
      else tf.dispose(Object.values(dataset));
    });
  }

  /**
   * The classifier as JSON, with what `getClassifierDataset` returns: numbers as base64 of float32. It
   * fixes the scale. Examples that are on their way are not in it.
   */
  toJSON(): ExamplesClassifierRecord {
    const scale = this.#classes.size === 0 ? null : (this.#scale ?? this.#fix());
    const classes = Array.from(this.#classes, ([label, examples]) => {
      if (scale !== null) examples.map(this.#features.map(scale), true);
      return { label, rows: base64Of(examples.values()) };
    });
    const { inputDim } = this.#features;
    return {
      kind: 'examplesClassifier',
      version: 1,
      options: this.#options,
      ...{ labels: [...this.#indices.keys()], scale, inputDim, classes },
    };
  }

  /**
   * The classifier that `toJSON` returned.
   *
   * @throws TypeError or RangeError if it is none, or damaged.
   *
   * @example
   * const classifier = new ExamplesClassifier();
   * classifier.addExample([1, 2], 'a');
   * classifier.addExample([3, 4], 'b');
   * const text = JSON.stringify(classifier);
   * const again = ExamplesClassifier.fromJSON(JSON.parse(text));
   */
  static fromJSON(record: ExamplesClassifierRecord): ExamplesClassifier {
    checkRecord(record);
    const classifier = new ExamplesClassifier(record.options);
    const width = classifier.#width;
    const read = record.classes.map(({ label, rows }) => readRows(label, rows, width));
    for (const label of record.labels) classifier.#index(label);
    classifier.#scale = record.scale ?? undefined;
    classifier.#features.inputDim = record.inputDim;
    for (const { label, values } of read) {
      const shape = [values.length / (width + 1), width + 1];
      classifier.#classes.set(label, ClassExamples.from(values, shape, width));
      classifier.#index(label);
    }
    return classifier;
  }

  /** Forgets all examples, and frees the memory. */
  dispose(): void {
    this.clearAllClasses();
    this.#indices.clear();
    this.#features.dispose();
  }

  async #addTensor(example: tf.Tensor, label: number | string): Promise<void> {
    const name = labelOf(label);
    this.#features.check('example', example);
    const { shape, size } = example;
    await this.#arrivals.take(example.data(), name, (values, isWanted) => {
      if (isWanted) this.#add(values, { shape, size }, name);
    });
  }

  #add(values: ArrayLike<number>, shape: ExampleShape, label: string): void {
    this.#features.check('example', shape);
    const input = this.#features.inputOf('example', values);
    this.#features.learn(shape);
    const examples = this.#classOf(label);
    examples.add(input);
    this.#model = undefined;
    if (this.#scale === undefined && this.#count > FIRST_EXAMPLES) this.#fix();
    if (this.#scale !== undefined && examples.inputs.length >= BLOCK_ROWS) {
      examples.map(this.#features.map(this.#scale), true);
    }
  }

  #replace({ classes, scale, inputDim }: ReadDataset): void {
    const tensors = classes.map(({ tensor }) => tensor);
    // The dataset may be the classifier's own.
    for (const examples of this.#classes.values()) examples.forgetDataset(tensors);
    this.#classes.clear();
    this.#features.dispose();
    this.#model = undefined;
    this.#scale = scale;
    this.#features.inputDim = inputDim;
    for (const { label, tensor, values } of classes) {
      this.#classes.set(label, ClassExamples.from(values, tensor.shape, this.#width, tensor));
      this.#index(label);
    }
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

  /** Fixes the scale, as a float32, since it is saved as such. */
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

/** Creates a classifier without examples, with the function name of tfjs-models' packages. */
export const create = (options?: ExamplesClassifierOptions): ExamplesClassifier =>
  new ExamplesClassifier(options);

function labelOf(label: number | string): string {
  if (typeof label === 'string' || typeof label === 'number') return String(label);
  throw typeError('label', 'be a string or a number', kindOf(label));
}
