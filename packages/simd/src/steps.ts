import { eventLoopYielder } from './event-loop.ts';

/** A computation that may be interrupted between its steps, so that other work can run there. */
export type Steps<T> = Generator<void, T>;

/**
 * The multiplications of a step on one thread, float32 and float64: a few milliseconds, or a dozen
 * on a core that does 8e9 and 2e9 of them per second.
 */
export const STEP_PRODUCTS = 1e8;
export const STEP_PRODUCTS64 = 2.5e7;

/**
 * Computes without interruption.
 *
 * @example
 * const { values } = atOnce(eighSteps(getSimd(), Float64Array.of(4, 2, 2, 3), 2)); // 1.438, 5.562
 */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Computes with turns for the event loop between the steps, at least one every 25 ms.
 *
 * @throws the signal's reason when aborted, by the next turn; what the steps hold is freed.
 * @example
 * const a = Float64Array.of(4, 2, 2, 3);
 * const { values } = await inTurns(eighSteps(getSimd(), a, 2)); // 1.438, 5.562
 */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  const turns = eventLoopYielder();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = steps.next();
      if (turns.isDue()) await turns.take();
      if (done) return value;
    }
  } finally {
    steps.return(undefined as T);
  }
}
