/**
 * A third of the 25 ms that the event loop may wait, since the current step takes further
 * time.
 */
const YIELD_MILLISECONDS = 8;

/** The end of the last turn of any yielder: nested loops share one event loop. */
let last = Number.NEGATIVE_INFINITY;

/**
 * Says when the event loop needs a turn, and gives it one: 8 ms after the last turn of any
 * yielder. It then waits for at most 25 ms, if the work in between takes up to a dozen
 * milliseconds. Call it after each piece of work, including the last.
 *
 * @example
 * const turns = eventLoopYielder();
 * for (const block of [1, 2, 3]) {
 *   // … some milliseconds of work
 *   if (turns.isDue()) await turns.take();
 * }
 */
export function eventLoopYielder() {
  return {
    isDue: () => performance.now() - last >= YIELD_MILLISECONDS,
    async take() {
      await turnOfEventLoop();
      last = performance.now();
    },
  };
}

interface Host {
  setImmediate?(callback: () => void): unknown;
  MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null; close(): void };
    readonly port2: { postMessage(message: unknown): void };
  };
}

/**
 * Lets pending work of the event loop run: timers that are due, input and output, a frame. A timer
 * is the last resort, since even the shortest takes 1 ms in Node, and 4 ms in a browser if several
 * follow each other.
 */
function turnOfEventLoop(): Promise<void> {
  const { setImmediate, MessageChannel } = globalThis as Host;
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      // Twice: the first may be met before the loop has looked at its timers.
      setImmediate(() => setImmediate(() => resolve()));
    } else if (MessageChannel !== undefined) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    } else {
      setTimeout(resolve);
    }
  });
}
