import type { AnyRow } from '@kernel-methods/tables';

/** Answers for some rows, one each. */
export type Predict<T> = (rows: readonly AnyRow[]) => Promise<readonly T[]>;

interface Waiting<T> {
  readonly rows: readonly AnyRow[];
  resolve(answers: readonly T[]): void;
  reject(error: unknown): void;
}

/** Rows of a batch: more are predicted in the next. */
const MOST_ROWS = 4096;

/**
 * Puts rows of requests that come at about the same time together: while a batch is predicted, the
 * next one gathers. A large request is taken apart, so that small ones are not kept waiting.
 */
export class Batcher<T> {
  readonly #predict: Predict<T>;
  readonly #onBatch: (rows: number) => void;
  #waiting: Waiting<T>[] = [];
  #isBusy = false;

  constructor(predict: Predict<T>, onBatch: (rows: number) => void = () => {}) {
    this.#predict = predict;
    this.#onBatch = onBatch;
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
      this.#waiting.push({ rows, resolve, reject });
      if (!this.#isBusy) {
        this.#isBusy = true;
        // Requests that have come already are read first.
        setImmediate(() => this.#run());
      }
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const rows = batch.flatMap((one) => one.rows);
      try {
        const answers = await this.#predict(rows);
        this.#onBatch(rows.length);
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

  #take(): Waiting<T>[] {
    let count = 0;
    const end = this.#waiting.findIndex(({ rows }, i) => {
      count += rows.length;
      return i > 0 && count > MOST_ROWS;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }
}
