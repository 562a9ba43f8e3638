import { fitModel } from '../fit/fit-model.ts';
import type { FitOptions, FitResult } from '../fit/fit-options.ts';
import type { Fitted } from '../fit/fitted.ts';
import type { TrainingData } from '../fit/training-data.ts';
import type { ResolvedOptions } from '../options.ts';
import { requireBackend } from '../runtime/backend.ts';
import { RefCounted } from '../runtime/ref-counted.ts';

/**
 * The fitted state of a model. Code that uses a state keeps it alive, even if the model is fitted
 * again meanwhile.
 */
export class FittedState {
  readonly #name: string;
  #fitted: RefCounted<Fitted> | undefined;
  /** Aborted by `dispose`, to stop a fit in progress. */
  #life = new AbortController();

  /** @param name of the model, for errors. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Undefined if the model is not fitted. */
  get current(): Fitted | undefined {
    return this.#fitted?.value;
  }

  /** @throws Error if the model is not fitted. */
  get known(): Fitted {
    return this.#fittedOrThrow().value;
  }

  /**
   * Calls `work` with the fitted state, which does not change meanwhile.
   *
   * @throws Error if the model is not fitted.
   */
  async use<T>(work: (fitted: Fitted) => Promise<T>): Promise<T> {
    return this.#fittedOrThrow().use(work);
  }

  become(fitted: Fitted | undefined): void {
    const before = this.#fitted;
    this.#fitted = fitted && new RefCounted(fitted, free);
    before?.giveUp();
  }

  /** Fits a model to data that is first prepared, and finally disposed of. */
  async fit(
    fitOptions: FitOptions,
    options: ResolvedOptions,
    prepareData: (signal: AbortSignal) => Promise<TrainingData>,
  ): Promise<FitResult> {
    const life = this.#life.signal;
    const failure = new AbortController();
    const asked = fitOptions.signal === undefined ? [] : [fitOptions.signal];
    const signal = AbortSignal.any([...asked, life, failure.signal]);
    signal.throwIfAborted();
    await requireBackend();
    const data = await prepareData(signal);
    try {
      signal.throwIfAborted();
      const become = (fitted: Fitted) => this.become(fitted);
      return await fitModel(data, options, fitOptions, { signal, life, failure }, become);
    } finally {
      data.dispose();
    }
  }

  /** Frees the fitted state and stops a fit in progress. The model can be fitted again. */
  dispose(): void {
    this.#life.abort(new Error(`This ${this.#name} was disposed of while it was being fitted.`));
    this.#life = new AbortController();
    this.become(undefined);
  }

  #fittedOrThrow(): RefCounted<Fitted> {
    if (this.#fitted === undefined) {
      throw new Error(`This ${this.#name} is not fitted yet. Call \`fit\` first.`);
    }
    return this.#fitted;
  }
}

function free({ network, state }: Fitted): void {
  network.dispose();
  state?.dispose();
}
