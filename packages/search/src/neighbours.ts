import type { Machine } from './machine.ts';

/** Machines a small step from one: in the kernel's scale, and in the penalty. */
export function neighboursOf(machine: Machine): Machine[] {
  const { share, c } = machine;
  const steps: Machine[] = [];
  for (const factor of [Math.SQRT1_2, Math.SQRT2]) {
    if (share !== undefined) steps.push({ ...machine, share: rounded(share * factor) });
    if (c !== undefined) steps.push({ ...machine, c: rounded(c * factor) });
  }
  return steps;
}

/** Numbers that people can read. */
const rounded = (value: number) => Number(value.toPrecision(3));
