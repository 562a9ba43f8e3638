/** Milliseconds that a step should take. */
const GOAL = 8;
/** The most that a step may grow. */
const MOST = 64;

/**
 * How many steps of a kernel are taken at once. A step is small enough for a slow core, and the
 * threads meet at its end, so many steps would waste time on a fast machine. The pace of each kernel
 * at most doubles with each step, and a step takes some 8 ms in the end. The pace decides where a
 * job is interrupted, and not what its parts are.
 *
 * @example
 * const pace = createPace();
 * pace.learn('gram', 2); // milliseconds that one step takes
 * pace.of('gram'); // 2
 * pace.learn('gram', 2);
 * pace.of('gram'); // 4
 */
export function createPace() {
  const paces = new Map<string, number>();
  const of = (kernel: string): number => paces.get(kernel) ?? 1;
  return {
    of,
    /** @param milliseconds the time of a single step, of all threads. */
    learn(kernel: string, milliseconds: number): void {
      const fitting = GOAL / Math.max(milliseconds, GOAL / MOST);
      paces.set(kernel, Math.max(1, Math.min(fitting, 2 * of(kernel))));
    },
    /** Starts anew, as with other threads. */
    forget: (): void => paces.clear(),
  };
}
