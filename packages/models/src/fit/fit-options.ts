import {
  abortSignal,
  fraction,
  functionArgument,
  kindOf,
  knownOptions,
  optional,
  positiveInteger,
  typeError,
} from '@kernel-methods/check';
import { optionNames } from '../check-options.ts';
import type { LabelOf, Prediction, TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { TableRows } from '../data/tables.ts';
import type { ClassWeight } from '../data/weights.ts';
import { nameHint } from '../runtime/foreign-names.ts';
import type { EpochRecord, FitProgress } from '../solvers/progress.ts';
import type { StopReason } from '../solvers/solver.ts';
import type { EarlyStopping } from './early-stopping.ts';

/** The options of one call of `fit`. */
export interface FitOptions {
  /** Overrides the option of the model. */
  epochs?: number;
  /** Overrides the option of the model. */
  batchSize?: number;
  /**
   * One weight per row, 0 or above. A weight of k has the same effect as repeating the row k times.
   */
  sampleWeight?: ArrayLike<number>;
  /** A weight for each class, which multiplies `sampleWeight`: by label, or 'balanced'. */
  classWeight?: ClassWeight;
  /**
   * The fraction of the rows that is kept for validation: the last ones, without shuffling, as in
   * Keras.
   */
  validationSplit?: number;
  /** Rows and targets for validation; for a table the targets may be the name of their column. */
  validationData?: readonly [x: RowsLike | TableRows, y: TargetsLike | string];
  /** Ends the training when it gets no better; `true` for the defaults. */
  earlyStopping?: boolean | EarlyStopping;
  /**
   * Objects with hooks, each of which may be left out. A hook may be asynchronous: it is awaited
   * before the epoch or the fit ends. If a hook throws or rejects, `fit` rejects with the same
   * error, and the model does not change.
   */
  callbacks?: readonly FitCallback[];
  /** Stops the training within a few milliseconds; `fit` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called every few milliseconds and at the end of every epoch. */
  onProgress?: (progress: FitProgress) => unknown;
  onEpochEnd?: (record: EpochRecord) => unknown;
  /** 1 writes one line per epoch to the console. Default 0. */
  verbose?: 0 | 1 | boolean;
}

/**
 * The options for fitting a stream of batches. No rows can be split off, and each batch has its own
 * weights.
 */
export interface FitStreamOptions<P extends Prediction = Prediction>
  extends Omit<FitOptions, 'sampleWeight' | 'classWeight' | 'validationSplit'> {
  /** For a stream of tables: the column to predict. The encoder is fitted to the first table. */
  target?: string;
  /** All classes, which spares a pass over the stream to find them. */
  classes?: readonly LabelOf<P>[];
}

/** Hooks that are called during a fit. */
export interface FitCallback {
  onFitBegin?(): void | Promise<void>;
  onProgress?(progress: FitProgress): unknown;
  /** `false` ends the training. */
  onEpochEnd?(record: EpochRecord): unknown | Promise<unknown>;
  /** Called before the model changes. */
  onFitEnd?(result: FitResult): void | Promise<void>;
}

export interface FitResult {
  /** One record per epoch. */
  readonly history: readonly EpochRecord[];
  /** Why the training ended. */
  readonly stopped: StopReason;
  /** The penalty that was used. */
  readonly l2: number;
  /** The settings that the options left open. */
  readonly settings: FitSettings;
  /** Wall-clock seconds: building the feature map, training (with the features), validating. */
  readonly seconds: {
    readonly features: number;
    readonly train: number;
    readonly validate: number;
  };
}

/** The settings of a fit, given or chosen. */
export interface FitSettings {
  /** The name of the solver. */
  readonly solver: string;
  /** The penalty: the one given, or the one that the solver chose. */
  readonly l2: number;
  /**
   * What the solver added to the penalty because of rounding, in the unit of `l2`. It is 0 if the
   * minimum is exact, otherwise `l2` or more. Present for solvers that factor normal equations,
   * such as 'direct'.
   */
  readonly jitter?: number;
  /** Whether columns were standardized first, by the option of this name. */
  readonly standardize: boolean;
  /** The class of the last layer of the feature map, such as 'RandomFourierFeatures'. */
  readonly map: string;
  /**
   * The length scale of the first kernel, if it is one number: the one given, or the median
   * distance.
   */
  readonly scale?: number;
  /** Features per row. */
  readonly outputDim: number;
}

const COMMON = [
  ...(['epochs', 'batchSize', 'validationData', 'earlyStopping', 'callbacks'] as const),
  ...(['signal', 'onProgress', 'onEpochEnd', 'verbose'] as const),
] satisfies (keyof FitOptions)[];

const KNOWN = {
  array: [
    ...COMMON,
    'sampleWeight',
    'classWeight',
    'validationSplit',
  ] satisfies (keyof FitOptions)[],
  stream: [...COMMON, 'classes', 'target'] satisfies (keyof FitStreamOptions)[],
};

/** Options of the model that are not options of `fit`. */
const BELONGS_TO_MODEL = Object.fromEntries(
  optionNames.map((name) => [name, `\`${name}\`, an option of the model`]),
);

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkFitOptions(options: FitOptions, kind: keyof typeof KNOWN): void {
  knownOptions('The options of `fit`', options, KNOWN[kind], (key) =>
    nameHint('option', key, KNOWN[kind], BELONGS_TO_MODEL),
  );
  for (const name of ['epochs', 'batchSize'] as const) {
    optional(positiveInteger, name, options[name]);
  }
  optional(fraction, 'validationSplit', options.validationSplit);
  const { signal, validationData, callbacks, verbose } = options;
  if (![undefined, 0, 1, true, false].includes(verbose)) {
    throw new RangeError(`\`verbose\` must be 0, 1, true or false. Received: ${String(verbose)}.`);
  }
  optional(abortSignal, 'signal', signal);
  for (const name of ['onProgress', 'onEpochEnd'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new TypeError(`\`${name}\` must be a function. Received: ${kindOf(options[name])}.`);
    }
  }
  if (
    callbacks !== undefined &&
    !(Array.isArray(callbacks) && callbacks.every((c) => typeof c === 'object' && c !== null))
  ) {
    throw new TypeError(
      `\`callbacks\` must be an array of objects such as { onEpochEnd }. Received: ${kindOf(callbacks)}.`,
    );
  }
  for (const [i, callback] of (callbacks ?? []).entries()) {
    for (const hook of ['onFitBegin', 'onProgress', 'onEpochEnd', 'onFitEnd'] as const) {
      if (callback[hook] === undefined) continue;
      functionArgument(`callbacks[${i}].${hook}`, callback[hook]);
    }
  }
  const { classes, target } = options as FitStreamOptions;
  checkClasses(classes);
  if (target !== undefined && typeof target !== 'string') {
    throw typeError('target', 'be the name of a column', kindOf(target));
  }
  if (
    validationData !== undefined &&
    !(Array.isArray(validationData) && validationData.length === 2)
  ) {
    throw new TypeError(`\`validationData\` must be [x, y]. Received: ${kindOf(validationData)}.`);
  }
  if (options.validationSplit && validationData) {
    throw new RangeError(
      `\`validationSplit\` must be left out if \`validationData\` is given. Received: ${options.validationSplit}.`,
    );
  }
}

/** @throws TypeError unless they are left out or an array. */
export function checkClasses(classes: unknown): void {
  if (classes === undefined || Array.isArray(classes)) return;
  throw typeError('classes', 'be an array of labels', kindOf(classes));
}
