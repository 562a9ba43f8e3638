/**
 * What several solves over the same rows, features and weights have in common, such as a spectrum:
 * made once, by the first that asks. A name stands for one thing only, whatever loss, penalty and
 * targets the solve has.
 */
export class SharedWork {
  readonly #made = new Map<string, unknown>();

  /** What was made under this name before, or is made now. Nothing is kept of a failure. */
  async once<T>(name: string, make: () => Promise<T>): Promise<T> {
    if (!this.#made.has(name)) this.#made.set(name, await make());
    return this.#made.get(name) as T;
  }
}
