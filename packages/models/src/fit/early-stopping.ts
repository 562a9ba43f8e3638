import { kindOf, nonNegativeFinite, positiveInteger } from '@kernel-methods/check';
import type { EpochRecord } from '../solvers/progress.ts';

/** When a training ends that gets no better. */
export interface EarlyStopping {
  /** What must get better. Default: 'valLoss' where there are rows to validate on, else 'loss'. */
  monitor?: 'loss' | 'accuracy' | 'valLoss' | 'valAccuracy';
  /** Epochs without a better one that are waited for. Default 3. */
  patience?: number;
  /** The least that counts as better. Default 0. */
  minDelta?: number;
  /** Whether the model of the best epoch is kept, not that of the last. Default true. */
  restoreBest?: boolean;
}

const OPTIONS: readonly string[] = [
  'monitor',
  'patience',
  'minDelta',
  'restoreBest',
] satisfies (keyof EarlyStopping)[];

/** Watches one training, and keeps what the best epoch left. */
export class EarlyStopper<State> {
  readonly #options: Required<EarlyStopping>;
  #best = Number.POSITIVE_INFINITY;
  #waited = 0;
  #state: State | undefined;

  /** @throws RangeError on options that break their rule, or a monitor that will not be there. */
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

  /** Whether this epoch is one too many. */
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

  /** What the best epoch left, if it is to be restored. */
  get best(): State | undefined {
    return this.#state;
  }
}
