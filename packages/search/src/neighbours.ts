import type { Machine } from './machine.ts';

const STEPS = [Math.SQRT1_2, Math.SQRT2];

/** Machines a small step from one in the penalty. */
export const neighboursOf = (machine: Machine): Machine[] =>
  machine.c === undefined
    ? []
    : STEPS.map((step) => ({ ...machine, c: rounded(machine.c! * step) }));

/** Machines, or bases, a small step from one in the kernel's scale. */
export const scalesBeside = <M extends Pick<Machine, 'share'>>(base: M): M[] =>
  base.share === undefined
    ? []
    : STEPS.map((step) => ({ ...base, share: rounded(base.share! * step) }));

/** Numbers that people can read. */
const rounded = (value: number) => Number(value.toPrecision(3));
