/** How long the event loop may wait for us: a frame and a half. */
const YIELD_MILLISECONDS = 25;

/** Says when the event loop is due for a turn, and gives it one. */
export function eventLoopYielder() {
  let last = performance.now();
  return {
    isDue: () => performance.now() - last >= YIELD_MILLISECONDS,
    async take() {
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    },
  };
}
