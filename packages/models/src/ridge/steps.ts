import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';

/** A computation cut where it may be interrupted. */
export type Steps<T> = Generator<void, T>;

/** Computes without a break. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Gives the event loop its turns between the steps.
 *
 * @throws the signal's reason when aborted; what the steps hold is freed.
 */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  const turns = eventLoopYielder();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = steps.next();
      if (done) return value;
      if (turns.isDue()) await turns.take();
    }
  } finally {
    steps.return(undefined as T);
  }
}
