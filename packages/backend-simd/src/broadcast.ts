/** One axis of a walk over arrays at once: its length, and a step in each array. */
export interface Axis {
  length: number;
  steps: number[];
}

/**
 * The axes of a walk over `shape` in row-major order, in arrays whose steps are given axis by axis,
 * with neighbours merged where the walk is the same: few axes, or none for a single number.
 */
export function mergeAxes(shape: readonly number[], steps: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((length, d) => {
    if (length === 1) return;
    const own = steps.map((array) => array[d]);
    const last = axes.at(-1);
    if (last?.steps.every((step, i) => step === own[i] * length)) {
      last.length *= length;
      last.steps = own;
    } else {
      axes.push({ length, steps: own });
    }
  });
  return axes;
}

/** Steps through an array of `shape` that is broadcast to `rank` axes: 0 along repeated axes. */
export function broadcastSteps(shape: readonly number[], rank: number): number[] {
  const steps = new Array<number>(rank).fill(0);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1) steps[rank - shape.length + d] = step;
    step *= shape[d];
  }
  return steps;
}

/** Calls `visit` with the offset in each array for every place of the axes. */
export function walk(
  axes: readonly Axis[],
  arrays: number,
  visit: (offsets: readonly number[]) => void,
): void {
  const step = (depth: number, offsets: readonly number[]): void => {
    if (depth === axes.length) {
      visit(offsets);
      return;
    }
    const { length, steps } = axes[depth];
    for (let i = 0; i < length; i++) {
      step(
        depth + 1,
        offsets.map((offset, array) => offset + i * steps[array]),
      );
    }
  };
  step(0, new Array(arrays).fill(0));
}
