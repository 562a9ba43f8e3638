/**
 * Thrown by a selection that its signal stopped; `cause` is the signal's reason.
 */
export class SelectionAbortedError<Partial = unknown> extends Error {
  override name = 'AbortError';
  /** The result so far. */
  readonly partial: Partial;

  constructor(reason: unknown, partial: Partial) {
    super('The selection was aborted; `partial` holds the results so far.', { cause: reason });
    this.partial = partial;
  }
}
