import type { AnyRow } from '@kernel-methods/tables';

/** Answers for some rows, one each. */
export type Predict<T> = (rows: readonly AnyRow[]) => Promise<readonly T[]>;

interface Waiting<T> {
  readonly rows: readonly AnyRow[];
  /** When it came, in milliseconds. */
  readonly since: number;
  resolve(answers: readonly T[]): void;
  reject(error: unknown): void;
}

export interface BatcherOptions {
  /** Is told how many rows each batch has. */
  readonly onBatch?: (rows: number) => void;
  /** Whether everybody who could ask waits for an answer already, so that no other request can come. */
  readonly isFull?: () => boolean;
  /** The longest that a request waits for others. */
  readonly gatherMs?: number;
}

/** Rows of a batch: more are predicted in the next. */
const MOST_ROWS = 4096;

/**
 * Puts rows of requests that come at about the same time together, as a batch of some takes hardly
 * longer than one row: while a batch is predicted, the next one gathers. Where the last batch shows that
 * many ask, the next waits for a moment, unless no other request can come. A request that is alone is
 * answered at once. A large request is taken apart, so that small ones are not kept waiting.
 */
export class Batcher<T> {
  readonly #predict: Predict<T>;
  readonly #options: Required<BatcherOptions>;
  #waiting: Waiting<T>[] = [];
  #isBusy = false;
  /** Requests of the batch before. */
  #before = 0;
  /** Ends the wait for others. */
  #go = () => {};

  constructor(predict: Predict<T>, options: BatcherOptions = {}) {
    this.#predict = predict;
    this.#options = { onBatch: () => {}, isFull: () => false, gatherMs: 2, ...options };
  }

  async predict(rows: readonly AnyRow[]): Promise<readonly T[]> {
    const answers: T[] = [];
    for (let from = 0; from < rows.length; from += MOST_ROWS) {
      const part = rows.slice(from, from + MOST_ROWS);
      for (const answer of await this.#join(part)) answers.push(answer);
    }
    return answers;
  }

  #join(rows: readonly AnyRow[]): Promise<readonly T[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rows, since: performance.now(), resolve, reject });
      if (!this.#isBusy) {
        this.#isBusy = true;
        // Requests that have come already are read first.
        setImmediate(() => this.#run());
      } else if (this.#options.isFull()) this.#go();
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#take();
      this.#before = batch.length;
      const rows = batch.flatMap((one) => one.rows);
      try {
        const answers = await this.#predict(rows);
        this.#options.onBatch(rows.length);
        let at = 0;
        for (const one of batch) {
          one.resolve(answers.slice(at, at + one.rows.length));
          at += one.rows.length;
        }
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
      await new Promise(setImmediate);
    }
    this.#isBusy = false;
  }

  async #gather(): Promise<void> {
    const { isFull, gatherMs } = this.#options;
    const waitMs = this.#waiting[0].since + gatherMs - performance.now();
    if (this.#before < 2 || waitMs <= 0 || isFull()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#go = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#go = () => {};
  }

  #take(): Waiting<T>[] {
    let count = 0;
    const end = this.#waiting.findIndex(({ rows }, i) => {
      count += rows.length;
      return i > 0 && count > MOST_ROWS;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}
