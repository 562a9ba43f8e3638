import { knownOptions, shown, typeError } from '@kernel-methods/check';
import { identity } from '@kernel-methods/features';
import { meanSquaredError, squaredHinge } from '@kernel-methods/losses';
import type { Table, TableEncoder, TextEncoderOptions } from '@kernel-methods/tables';
import type * as tf from '@tensorflow/tfjs-core';
import { optionNames } from '../check-options.ts';
import type { Evaluation } from '../data/evaluation.ts';
import type { Label } from '../data/labels.ts';
import type { TableRows } from '../data/tables.ts';
import type { FitOptions, FitResult, FitSettings } from '../fit/fit-options.ts';
import type { PartialFitOptions } from '../fit/partial-data.ts';
import type { KernelModelOptions } from '../options.ts';
import { loadTables } from '../runtime/tables.ts';
import { dual } from '../solvers/dual/dual.ts';
import type { Floats } from '../tasks/task.ts';
import { KernelModel, useFitted } from './kernel-model.ts';
import type { Rejects } from './rejects.ts';

/** How texts become terms, and the options of the machine on them. */
export interface TextClassifierOptions
  extends TextEncoderOptions,
    Omit<KernelModelOptions, 'encoder' | 'task'> {}

/** What `fit` takes beside texts and labels; texts for validation are given as such. */
export interface TextFitOptions extends Omit<FitOptions, 'validationData'> {
  readonly validationData?: readonly [texts: readonly string[], labels: readonly Label[]];
}

/** What `partialFit` takes beside texts and labels. */
export interface TextPartialFitOptions<L extends Label = string> extends TextFitOptions {
  /** Labels that may occur, now or later. */
  readonly classes?: readonly L[];
}

/**
 * A classifier of texts: counts of their words and pieces of words, weighted by TF-IDF, and a linear
 * machine on these sparse rows, which never become dense.
 *
 * By default terms are runs of 1 and 2 words and of 2 to 4 characters that at least two texts have
 * (one, below 1,000 texts), and the machine is a support vector machine with the squared hinge loss,
 * one against the rest, by dual coordinate descent with C = 1: what scikit-learn's LinearSVC finds.
 *
 * With `features` it is a kernel machine, such as `{ features: 'gaussian', hashed: 4096 }`, by least
 * squares. All options of `KernelModel` and `textEncoder` are taken, so another loss, solver or
 * penalty is one word.
 *
 * Joachims, "Text categorization with support vector machines", ECML 1998.
 *
 * @throws RangeError or TypeError that names the option, its rule and the value.
 *
 * @example
 * const intents = textClassifier();
 * const texts = ['wake me at six', 'set an alarm', 'play some jazz', 'put on a song'];
 * await intents.fit(texts, ['alarm', 'alarm', 'music', 'music']);
 * await intents.predict('an alarm for nine'); // 'alarm'
 * intents.dispose();
 */
export const textClassifier = <L extends Label = string>(
  options: TextClassifierOptions = {},
): TextClassifier<L> => new TextClassifier<L>(options);

/** What `textClassifier` makes; see there. */
export class TextClassifier<L extends Label = string> {
  /** Undefined if it was loaded: how the texts became terms is then known, but not as options. */
  #options: TextClassifierOptions | undefined;
  #model: TextModel<L>;

  constructor(options: TextClassifierOptions = {}) {
    knownOptions('Options', options, [...machineOptions, ...termOptions]);
    this.#options = { ...options };
    this.#model = new TextModel<L>(machineOf(options));
  }

  /** The machine on the coded texts: its rows are tables with the column 'text'. */
  get model(): KernelModel<L> {
    return this.#model;
  }

  /** The classes seen in training, in ascending order. */
  get classes(): readonly L[] {
    return this.#model.classes as readonly L[];
  }

  /** The settings of the fit. */
  get settings(): FitSettings {
    return this.#model.settings;
  }

  /**
   * What codes the texts.
   *
   * @throws Error if it is not fitted.
   */
  get encoder(): TableEncoder | undefined {
    return this.#model.encoder;
  }

  /**
   * Learns the terms of the texts, and then from them. As `fit` of `KernelModel`, also where it is
   * aborted.
   *
   * @throws TypeError unless the texts are strings, before any work.
   */
  async fit(
    texts: readonly string[],
    labels: readonly L[],
    { validationData, ...fitOptions }: TextFitOptions = {},
  ): Promise<FitResult> {
    if (this.#options === undefined) {
      throw new Error(
        'A text classifier that was loaded is not fitted again: make one by `textClassifier`.',
      );
    }
    const table = await trainingTable(texts);
    const options = { ...fitOptions, ...(await heldOut(validationData)) };
    this.#model.setParams({ encoder: await encoderFor(this.#options, texts.length) });
    return this.#model.fit(table, labels as never, options);
  }

  /**
   * Continues with more texts, and with new labels if there are any; the first call is a `fit`. As
   * `partialFit` of `KernelModel`, it needs the solver 'direct', 'adam' or 'sgd', which the default
   * is not; a loaded classifier continues with 'adam' and 'sgd'.
   *
   * The terms of the first call and their weights are kept: words that come later count for nothing.
   * With `hashed` every word has a place from the start, and with `idf: false` nothing is learned
   * from the first texts that later ones could change, as with scikit-learn's `HashingVectorizer`.
   *
   * @throws TypeError unless the texts are strings; RangeError with another solver; both before any
   * work. Error if a classifier was loaded and its solver is 'direct'.
   *
   * @example
   * const intents = textClassifier({ hashed: 512, idf: false, solver: 'adam', epochs: 20 });
   * await intents.partialFit(['wake me at six', 'play some jazz'], ['alarm', 'music']);
   * await intents.partialFit(['dim the lamp', 'set an alarm'], ['light', 'alarm']);
   * intents.classes; // ['alarm', 'music', 'light']
   * intents.dispose();
   */
  async partialFit(
    texts: readonly string[],
    labels: readonly L[],
    { validationData, ...fitOptions }: TextPartialFitOptions<L> = {},
  ): Promise<FitResult> {
    const table = await trainingTable(texts);
    const options = { ...fitOptions, ...(await heldOut(validationData)) };
    if (this.#options === undefined) {
      await useFitted(this.#model, async () => {}); // only its fitted state knows the terms
    } else {
      this.#model.setParams({ encoder: await encoderFor(this.#options, texts.length) });
    }
    return this.#model.partialFit(table, labels as never, options as PartialFitOptions<L>);
  }

  /**
   * The label of a text, or of each of several.
   *
   * @param options `reject`: what tells texts that are of none of the classes; their label is null.
   */
  predict(text: string, options: { reject: Rejects<TableRows> }): Promise<L | null>;
  predict(texts: readonly string[], options: { reject: Rejects<TableRows> }): Promise<(L | null)[]>;
  predict(text: string): Promise<L>;
  predict(texts: readonly string[]): Promise<L[]>;
  async predict(
    texts: string | readonly string[],
    { reject }: { reject?: Rejects<TableRows> } = {},
  ): Promise<L | null | (L | null)[]> {
    const table = await tableOf(listOf(texts));
    const labels =
      reject === undefined
        ? await this.#model.predict(table)
        : await this.#model.predict(table, { reject: reject as Rejects });
    return typeof texts === 'string' ? labels[0] : labels;
  }

  /** Probabilities, `[texts, classes]` in the order of `classes`; see `KernelModel`. */
  async predictProba(texts: string | readonly string[]): Promise<Floats> {
    return this.#model.predictProba(await tableOf(listOf(texts)));
  }

  /** Scores before any threshold, `[texts, classes]`; `[texts]` for two classes. */
  async decisionFunction(texts: string | readonly string[]): Promise<Floats> {
    return this.#model.decisionFunction(await tableOf(listOf(texts)));
  }

  /** Share of texts classified correctly. */
  async score(texts: readonly string[], labels: readonly L[]): Promise<number> {
    return (await this.evaluate(texts, labels)).accuracy as number;
  }

  /** The mean loss, with accuracy, confusion matrix and a report of each class. */
  async evaluate(texts: readonly string[], labels: readonly L[]): Promise<Evaluation> {
    return this.#model.evaluate(await tableOf(listOf(texts)), labels as never);
  }

  /** Saves the machine with its terms, as `save` of `KernelModel`. */
  save(handler: tf.io.IOHandler | string): Promise<void> {
    return this.#model.save(handler);
  }

  /**
   * Loads what `save` wrote.
   *
   * @throws SavedModelError if no text classifier saved it, or it is damaged.
   */
  static async load<L extends Label = string>(
    handler: tf.io.IOHandler | string,
  ): Promise<TextClassifier<L>> {
    const model = await TextModel.load<TextModel<L>>(handler);
    const classifier = new TextClassifier<L>();
    classifier.#options = undefined;
    classifier.#model = model;
    return classifier;
  }

  /** Frees the weights and stops a fit in progress. It can be fitted again. */
  dispose(): void {
    this.#model.dispose();
  }
}

/** The machine of a text classifier, by whose name it is saved. */
class TextModel<L extends Label> extends KernelModel<L> {
  protected static override readonly estimator = 'TextClassifier';
  protected static override readonly defaults = { loss: squaredHinge };
}

const machineOptions = optionNames.filter((name) => name !== 'encoder' && name !== 'task');

const termNames: Record<keyof TextEncoderOptions, true> = {
  words: true,
  characters: true,
  minDocuments: true,
  maxTerms: true,
  hashed: true,
  idf: true,
  sublinear: true,
  normalize: true,
  lowercase: true,
};

const termOptions = Object.keys(termNames) as (keyof TextEncoderOptions)[];

/** The tolerance of LIBLINEAR: more passes move no label of a text. */
const TOLERANCE = 0.1;

/** The options of the machine: linear, unless there are features. */
function machineOf(options: TextClassifierOptions): KernelModelOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name]) => machineOptions.includes(name as 'loss')),
  ) as KernelModelOptions;
  if (given.features !== undefined) return { loss: meanSquaredError, ...given };
  const isDefault = given.loss === undefined && !asksForEpochs(given);
  return {
    features: identity(),
    ...(isDefault && { solver: dual({ tolerance: TOLERANCE }) }),
    ...given,
  };
}

const asksForEpochs = ({ epochs, batchSize, learningRate, optimizer }: KernelModelOptions) =>
  [epochs, batchSize, learningRate, optimizer].some((option) => option !== undefined);

/** With fewer texts, what occurs once may tell something. */
const MANY = 1000;

async function encoderFor(options: TextClassifierOptions, texts: number): Promise<TableEncoder> {
  const { tableEncoder, textEncoder } = await loadTables();
  const given = Object.fromEntries(
    Object.entries(options).filter(([name]) => termOptions.includes(name as 'words')),
  );
  const own = { minDocuments: texts < MANY ? 1 : 2, ...given };
  return tableEncoder({ columns: { text: textEncoder(own) }, sparse: true });
}

async function tableOf(texts: readonly string[]): Promise<Table> {
  const { Table } = await loadTables();
  return new Table([{ name: 'text', type: 'text', values: texts }]);
}

/** @throws TypeError unless the texts are strings. */
async function trainingTable(texts: readonly string[], name = 'texts'): Promise<Table> {
  checkTexts(name, texts);
  return tableOf(texts);
}

/** The texts for validation as the machine takes them. */
async function heldOut(
  given: TextFitOptions['validationData'],
): Promise<Pick<FitOptions, 'validationData'>> {
  if (given === undefined) return {};
  return { validationData: [await trainingTable(given[0], 'validationData[0]'), given[1]] };
}

function listOf(texts: string | readonly string[]): readonly string[] {
  const list = typeof texts === 'string' ? [texts] : texts;
  checkTexts('texts', list);
  return list;
}

/** @throws TypeError unless it is an array of strings, without holes. */
function checkTexts(name: string, texts: readonly string[]): void {
  if (!Array.isArray(texts)) throw typeError(name, 'be an array of strings', shown(texts));
  for (let i = 0; i < texts.length; i++) {
    if (typeof texts[i] === 'string') continue;
    throw typeError(`${name}[${i}]`, 'be a string', shown(texts[i]));
  }
}
