import type { Random } from '@kernel-methods/random';
import { shuffleRows } from './shuffle-rows.ts';
import type { ClassData } from './types.ts';

/** The number of rows of a class, as equal among the classes as possible. */
export function rowsOf(classes: number, rows: number, label: number): number {
  return Math.floor(rows / classes) + (label < rows % classes ? 1 : 0);
}

export interface PlanarOptions {
  rows: number;
  classNames: string[];
  /** Standard deviation of the normal noise on both coordinates. */
  noise: number;
  seed: number;
  random: Random;
  /** The point of class `label` at place i of n. */
  point(label: number, i: number, n: number): [number, number];
}

/** Points in the plane, class by class, with noise, then shuffled. */
export function planar({ rows, classNames, noise, seed, random, point }: PlanarOptions): ClassData {
  const data = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  const { normal } = random.stream('noise');
  let row = 0;
  for (let label = 0; label < classNames.length; label++) {
    const n = rowsOf(classNames.length, rows, label);
    for (let i = 0; i < n; i++, row++) {
      const [a, b] = point(label, i, n);
      data[2 * row] = a + noise * normal();
      data[2 * row + 1] = b + noise * normal();
      y[row] = label;
    }
  }
  return shuffleRows({ x: { data, shape: [rows, 2] }, y, classNames }, { seed });
}
