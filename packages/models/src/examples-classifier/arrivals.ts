/**
 * The pending examples of a classifier: they may be read at any time, but are added in the order of
 * the calls.
 */
export class Arrivals {
  readonly #onTheWay = new Set<{ readonly label?: string }>();
  #settled: Promise<unknown> = Promise.resolve();

  /** Settles once everything that is on its way by now is there; it never rejects. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /**
   * Adds what was read, once everything before it has arrived; `isWanted` is false if it was
   * dropped meanwhile.
   *
   * @param label that of an example; undefined for a dataset.
   */
  take<T>(
    reading: Promise<T>,
    label: string | undefined,
    take: (read: T, isWanted: boolean) => void,
  ): Promise<void> {
    const arrival = { label };
    this.#onTheWay.add(arrival);
    const before = this.#settled;
    const arrive = async () => {
      try {
        const read = await reading;
        await before;
        take(read, this.#onTheWay.has(arrival));
      } finally {
        this.#onTheWay.delete(arrival);
      }
    };
    const done = arrive();
    this.#settled = Promise.allSettled([before, done]);
    return done;
  }

  /** Drops the examples of a label. @returns whether there are any. */
  drop(label: string): boolean {
    const dropped = [...this.#onTheWay].filter((arrival) => arrival.label === label);
    for (const arrival of dropped) this.#onTheWay.delete(arrival);
    return dropped.length > 0;
  }

  /** Drops everything. */
  clear(): void {
    this.#onTheWay.clear();
  }
}
