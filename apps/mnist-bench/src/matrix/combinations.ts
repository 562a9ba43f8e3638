import type { Axes, AxisOption } from './axes.ts';

/** A value for each axis. */
export type Combination = Readonly<Partial<Record<AxisOption, unknown>>>;

/** The product of the axes: the last one changes fastest. No axis: one combination, of nothing. */
export function combinationsOf(axes: Axes): Combination[] {
  let combinations: Combination[] = [{}];
  for (const [option, values] of Object.entries(axes)) {
    combinations = combinations.flatMap((combination) =>
      values.map((value) => ({ ...combination, [option]: value })),
    );
  }
  return combinations;
}
