/** Less than half of what the event loop may wait, 25 ms: the step that is under way then takes the rest. */
const YIELD_MILLISECONDS = 10;

/** When the last turn was over that anyone took: loops within loops share one event loop. */
let last = Number.NEGATIVE_INFINITY;

/**
 * Says when the event loop is due for a turn, and gives it one: 10 ms after the last one, whoever took it, so that it
 * waits for 25 ms at most where the work in between takes up to a dozen. Whoever asks does so after each piece of
 * work, the last one too.
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
 * Lets whatever waits for the event loop run: timers that are due, input and output, a frame. Not by
 * a timer where there is another way, since the least of those takes 1 ms in Node, and 4 ms in a
 * browser once several follow each other.
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
