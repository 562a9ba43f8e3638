import { abortable } from '../runtime/abortable.ts';
import type { EpochRecord, FitProgress } from '../solvers/progress.ts';
import { EarlyStopper } from './early-stopping.ts';
import type { FitOptions, FitResult } from './fit-options.ts';

/** The signals that stop the fit. */
interface Stops {
  readonly signal: AbortSignal;
  /** Aborted with the error of a hook that was not awaited. */
  readonly failure: AbortController;
}

/**
 * Calls the hooks of a training, which can end it. An error of a hook ends the training; an aborted
 * training does not wait for a hook.
 */
export class Monitor<State> {
  readonly #options: FitOptions;
  readonly #stopper: EarlyStopper<State> | undefined;
  readonly #signal: AbortSignal;
  readonly #failure: AbortController;
  /** Hooks of `onProgress` that are not finished; the solver continues meanwhile. */
  readonly #pending = new Set<Promise<unknown>>();

  /** @throws RangeError on invalid early stopping. */
  constructor(options: FitOptions, validates: boolean, classifies: boolean, stops?: Stops) {
    this.#options = options;
    this.#failure = stops?.failure ?? new AbortController();
    this.#signal = stops?.signal ?? this.#failure.signal;
    const { earlyStopping } = options;
    if (earlyStopping) {
      const chosen = earlyStopping === true ? {} : earlyStopping;
      this.#stopper = new EarlyStopper(chosen, validates, classifies);
    }
  }

  /**
   * Whether weights have changed, so that there is something to keep if the training is aborted.
   */
  hasLearned = false;

  async onFitBegin(): Promise<void> {
    for (const callback of this.#options.callbacks ?? []) await this.#done(callback.onFitBegin?.());
  }

  async onFitEnd(result: FitResult): Promise<void> {
    await this.settled();
    for (const callback of this.#options.callbacks ?? []) {
      await this.#done(callback.onFitEnd?.(result));
    }
  }

  readonly onProgress = (progress: FitProgress): void => {
    this.#watch(this.#options.onProgress?.(progress));
    for (const callback of this.#options.callbacks ?? []) {
      this.#watch(callback.onProgress?.(progress));
    }
  };

  /** A reason to stop, or undefined. */
  readonly onEpochEnd = async (
    record: EpochRecord,
    snapshot: () => Promise<State>,
  ): Promise<string | undefined> => {
    this.hasLearned = true;
    const { callbacks = [], verbose } = this.#options;
    await this.settled();
    if (verbose) console.log(epochLine(record));
    await this.#done(this.#options.onEpochEnd?.(record));
    let isStopped = false;
    for (const callback of callbacks) {
      if ((await this.#done(callback.onEpochEnd?.(record))) === false) isStopped = true;
    }
    if (await this.#stopper?.isOver(record, snapshot)) return 'early stopping';
    return isStopped ? 'callback' : undefined;
  };

  /** Waits for the hooks of `onProgress`. @throws the error of a hook that rejected. */
  async settled(): Promise<void> {
    if (this.#pending.size > 0) await this.#done(Promise.all(this.#pending));
    this.#failure.signal.throwIfAborted();
  }

  #done<T>(told: T | PromiseLike<T>): T | Promise<T> {
    return isPromise(told) ? abortable(told, this.#signal) : told;
  }

  /** A solver does not wait for a hook of `onProgress`; if the hook rejects, the solver stops. */
  #watch(told: unknown): void {
    if (!isPromise(told)) return;
    const watched = Promise.resolve(told).then(
      () => void this.#pending.delete(watched),
      (error) => {
        this.#pending.delete(watched);
        this.#failure.abort(error);
      },
    );
    this.#pending.add(watched);
  }

  /** What the best epoch left, if it is to be restored. */
  get best(): State | undefined {
    return this.#stopper?.best;
  }
}

const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as Partial<PromiseLike<T>> | undefined | null)?.then === 'function';

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
