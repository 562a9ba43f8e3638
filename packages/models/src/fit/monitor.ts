import type { EpochRecord, FitProgress } from '../solvers/progress.ts';
import { EarlyStopper } from './early-stopping.ts';
import type { FitOptions, FitResult } from './fit-options.ts';

/** Tells everyone who wants to know of a training, and asks them whether it shall go on. */
export class Monitor<State> {
  readonly #options: FitOptions;
  readonly #stopper: EarlyStopper<State> | undefined;

  /** @throws RangeError on early stopping that cannot be. */
  constructor(options: FitOptions, validates: boolean, classifies: boolean) {
    this.#options = options;
    const { earlyStopping } = options;
    if (earlyStopping) {
      const chosen = earlyStopping === true ? {} : earlyStopping;
      this.#stopper = new EarlyStopper(chosen, validates, classifies);
    }
  }

  /** Whether weights have moved, so that there is something to keep when the training is aborted. */
  hasLearned = false;

  async onFitBegin(): Promise<void> {
    for (const callback of this.#options.callbacks ?? []) await callback.onFitBegin?.();
  }

  async onFitEnd(result: FitResult): Promise<void> {
    for (const callback of this.#options.callbacks ?? []) await callback.onFitEnd?.(result);
  }

  readonly onProgress = (progress: FitProgress): void => {
    this.#options.onProgress?.(progress);
    for (const callback of this.#options.callbacks ?? []) callback.onProgress?.(progress);
  };

  /** A reason to stop, or undefined. */
  readonly onEpochEnd = async (
    record: EpochRecord,
    snapshot: () => Promise<State>,
  ): Promise<string | undefined> => {
    this.hasLearned = true;
    const { onEpochEnd, callbacks = [], verbose } = this.#options;
    if (verbose) console.log(epochLine(record));
    onEpochEnd?.(record);
    let isStopped = false;
    for (const callback of callbacks) {
      if ((await callback.onEpochEnd?.(record)) === false) isStopped = true;
    }
    if (await this.#stopper?.isOver(record, snapshot)) return 'early stopping';
    return isStopped ? 'callback' : undefined;
  };

  /** What the best epoch left, if it is to be restored. */
  get best(): State | undefined {
    return this.#stopper?.best;
  }
}

/** One epoch in a line: `epoch 3  loss 0.1234  accuracy 0.9512  1.2 s`. */
function epochLine({ epoch, loss, accuracy, valLoss, valAccuracy, seconds }: EpochRecord): string {
  const parts: [string, number | undefined][] = [
    ['loss', loss],
    ['accuracy', accuracy],
    ['valLoss', valLoss],
    ['valAccuracy', valAccuracy],
  ];
  const shown = parts.filter(([, value]) => value !== undefined);
  const numbers = shown.map(([name, value]) => `${name} ${(value as number).toPrecision(4)}`);
  return [`epoch ${epoch}`, ...numbers, `${seconds.toFixed(1)} s`].join('  ');
}
