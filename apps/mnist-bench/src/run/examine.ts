import type { WorstRow } from '../records/run-record.ts';
import type { Matrix } from './data.ts';

/** What a classifier got wrong, and how it fares. */
export interface Examination {
  readonly accuracy: number;
  /** Test rows of class i that were taken for class j, at [i][j]. */
  readonly confusion: readonly (readonly number[])[];
  /** The rows that are furthest from right, the worst first. */
  readonly worst: readonly WorstRow[];
}

/** Looks at scores `[rows, classes]` of images `x` with the one-hot labels `y`. */
export function examine(scores: Float32Array, x: Matrix, y: Matrix, most = 20): Examination {
  const [rows, classes] = y.shape;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const wrong: Omit<WorstRow, 'pixels'>[] = [];
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    const truth = largest(y.data.subarray(from, from + classes));
    const own = scores.subarray(from, from + classes);
    const predicted = largest(own);
    confusion[truth][predicted] += 1;
    if (predicted !== truth) {
      wrong.push({ row, truth, predicted, margin: own[truth] - own[predicted] });
    }
  }
  return {
    accuracy: (rows - wrong.length) / rows,
    confusion,
    worst: wrong
      .sort((a, b) => a.margin - b.margin || a.row - b.row)
      .slice(0, most)
      .map((one) => ({ ...one, pixels: pixelsOf(x, one.row) })),
  };
}

function largest(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

function pixelsOf({ data, shape: [, size] }: Matrix, row: number): string {
  const bytes = Uint8Array.from(data.subarray(row * size, (row + 1) * size), (value) =>
    Math.round(255 * value),
  );
  return Buffer.from(bytes).toString('base64');
}
