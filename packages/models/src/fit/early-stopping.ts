import { kindOf, nonNegativeFinite, positiveInteger } from '@kernel-methods/check';
import type { EpochRecord } from '../solvers/progress.ts';

/** Ends a training that no longer improves. */
export interface EarlyStopping {
  /**
   * The value that must improve. Default: 'valLoss' if there are validation rows, otherwise 'loss'.
   */
  monitor?: 'loss' | 'accuracy' | 'valLoss' | 'valAccuracy';
  /** The number of epochs without improvement after which training ends. Default 3. */
  patience?: number;
  /** The smallest change that counts as an improvement. Default 0. */
  minDelta?: number;
  /** Whether the model of the best epoch is kept instead of that of the last. Default true. */
  restoreBest?: boolean;
}

const OPTIONS: readonly string[] = [
  'monitor',
  'patience',
  'minDelta',
  'restoreBest',
] satisfies (keyof EarlyStopping)[];

/** Watches one training, and keeps the state of the best epoch. */
export class EarlyStopper<State> {
  readonly #options: Required<EarlyStopping>;
  #best = Number.POSITIVE_INFINITY;
  #waited = 0;
  #state: State | undefined;

  /** @throws RangeError on invalid options, or on a monitor that the training does not have. */
  constructor(options: EarlyStopping, validates: boolean, classifies: boolean) {
    if (typeof options !== 'object') {
      throw new TypeError(
        `\`earlyStopping\` must be true or an object. Received: ${kindOf(options)}.`,
      );
    }
    const stranger = Object.keys(options).find((key) => !OPTIONS.includes(key));
    if (stranger !== undefined) {
      throw new RangeError(
        `The options of \`earlyStopping\` must be among ${OPTIONS.join(', ')}. Received: ${stranger}.`,
      );
    }
    const fallback = validates ? 'valLoss' : 'loss';
    const { monitor = fallback, patience = 3, minDelta = 0, restoreBest = true } = options;
    const known = [
      'loss',
      ...(classifies ? ['accuracy'] : []),
      ...(validates ? ['valLoss'] : []),
      ...(validates && classifies ? ['valAccuracy'] : []),
    ];
    if (!known.includes(monitor)) {
      throw new RangeError(
        `\`earlyStopping.monitor\` must be one of ${known.join(', ')} here. Received: ${String(monitor)}.`,
      );
    }
    positiveInteger('patience', patience);
    nonNegativeFinite('minDelta', minDelta);
    this.#options = { monitor, patience, minDelta, restoreBest };
  }

  /** Whether training should end after this epoch. */
  async isOver(record: EpochRecord, snapshot: () => Promise<State>): Promise<boolean> {
    const { monitor, patience, minDelta, restoreBest } = this.#options;
    const value = record[monitor] ?? Number.NaN;
    const cost = monitor.toLowerCase().endsWith('accuracy') ? -value : value;
    if (cost < this.#best - minDelta) {
      this.#best = cost;
      this.#waited = 0;
      if (restoreBest) this.#state = await snapshot();
      return false;
    }
    this.#waited++;
    return this.#waited >= patience;
  }

  /** The state of the best epoch, if it is to be restored. */
  get best(): State | undefined {
    return this.#state;
  }
}
