/**
 * Results that several solves over the same rows, features and weights share, such as a spectrum.
 * Each is computed once, by the first solve that needs it. A name must not depend on the loss,
 * penalty or targets of the solve.
 */
export class SharedWork {
  readonly #made = new Map<string, unknown>();

  /** Returns the result with this name, which is computed on first use. A failure is not kept. */
  async once<T>(name: string, make: () => Promise<T>): Promise<T> {
    if (!this.#made.has(name)) this.#made.set(name, await make());
    return this.#made.get(name) as T;
  }
}
