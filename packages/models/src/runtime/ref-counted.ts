/** A value that is freed once it is given up and no longer in use. */
export class RefCounted<T> {
  readonly value: T;
  readonly #free: (value: T) => void;
  #users = 0;
  #isGivenUp = false;

  constructor(value: T, free: (value: T) => void) {
    this.value = value;
    this.#free = free;
  }

  /** Works with the value, which is kept until the work is done. */
  async use<R>(work: (value: T) => Promise<R>): Promise<R> {
    this.#users++;
    try {
      return await work(this.value);
    } finally {
      this.#users--;
      this.#freeIfDone();
    }
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#freeIfDone();
  }

  #freeIfDone(): void {
    if (this.#isGivenUp && this.#users === 0) this.#free(this.value);
  }
}
