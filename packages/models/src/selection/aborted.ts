/**
 * A selection that was stopped by its signal, whose reason is the `cause`.
 */
export class SelectionAbortedError<Partial = unknown> extends Error {
  override name = 'AbortError';
  /** What was done until then: the result, as far as it is known. */
  readonly partial: Partial;

  constructor(reason: unknown, partial: Partial) {
    super('The selection was aborted; `partial` holds what was done.', { cause: reason });
    this.partial = partial;
  }
}
