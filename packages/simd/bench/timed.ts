/** Runs the work once or several times, and returns how many milliseconds one run takes. */
export type Timed = () => number | Promise<number>;

/** Repeats `body` for some milliseconds, and returns how many one run takes. */
export const timed =
  (body: () => void, least = 15): Timed =>
  () => {
    let count = 0;
    const start = performance.now();
    let now = start;
    do {
      body();
      count++;
      now = performance.now();
    } while (now - start < least);
    return (now - start) / count;
  };
