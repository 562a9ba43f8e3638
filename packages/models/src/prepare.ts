import type { Loss } from '@kernel-methods/losses';
import * as tf from '@tensorflow/tfjs-core';
import { blockOf } from './blocks.ts';
import type { FitOptions } from './fit-options.ts';
import { encodeLabels, type Label, realTargets, type TargetsLike } from './labels.ts';
import type { ResolvedOptions } from './options.ts';
import { type RowsLike, toRows } from './rows.ts';
import { classTargets, unitsFor } from './targets.ts';

/** Rows with their targets in the loss's coding; the tensors belong to whoever asked. */
export interface Prepared {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor2D;
  readonly classes?: readonly Label[];
  /** Index of each row's class. */
  readonly indices?: Int32Array;
  /** Where the head's bias starts: 0 for classes, the mean target of a regression. */
  readonly bias: Float32Array;
}

/**
 * Checks rows and targets and brings them into the form that a step needs.
 *
 * @param known what a fitted model knows, for rows to validate or to score.
 * @param names of the arguments, for errors.
 */
export async function prepare(
  x: RowsLike,
  y: TargetsLike,
  { task, loss }: ResolvedOptions,
  known?: { readonly classes?: readonly Label[]; readonly units: number },
  names = { x: 'x', y: 'y' },
): Promise<Prepared> {
  const rows = await toRows(x, names.x);
  try {
    const targets =
      task === 'classification'
        ? await fromLabels(y, names.y, loss, known?.classes)
        : await realTargets(y, names.y);
    const { values, width } = targets;
    const count = values.length / width;
    if (known !== undefined && width !== known.units) {
      throw new RangeError(
        `\`${names.y}\` must have ${known.units} columns, as in training. Received: ${width}.`,
      );
    }
    if (rows.shape[0] !== count) {
      throw new RangeError(
        `\`${names.y}\` must have one entry a row of \`${names.x}\`, ${rows.shape[0]}. Received: ${count}.`,
      );
    }
    const bias = task === 'classification' ? new Float32Array(width) : columnMeans(values, width);
    return { ...targets, x: rows, y: tf.tensor2d(values, [count, width]), bias };
  } catch (error) {
    rows.dispose();
    throw error;
  }
}

/** The rows to train on and those to validate on. */
export async function prepareSplit(
  x: RowsLike,
  y: TargetsLike,
  { validationSplit = 0, validationData }: FitOptions,
  options: ResolvedOptions,
): Promise<{ training: Prepared; validation?: Prepared }> {
  const all = await prepare(x, y, options);
  if (validationSplit === 0 && validationData === undefined) return { training: all };
  try {
    if (validationData !== undefined) {
      const known = { classes: all.classes, units: all.y.shape[1] };
      const validation = await prepare(...validationData, options, known, {
        x: 'validationData[0]',
        y: 'validationData[1]',
      });
      const expected = all.x.shape.slice(1);
      const received = validation.x.shape.slice(1);
      if (received.join() !== expected.join()) {
        disposeRows(validation);
        throw new RangeError(
          `\`validationData[0]\` must have rows of the shape of \`x\`, [${expected}]. Received: [${received}].`,
        );
      }
      return { training: part(all, 0, all.x.shape[0]), validation };
    }
    const rows = all.x.shape[0];
    // As Keras counts: what is left for training is rounded down.
    const trained = Math.floor(rows * (1 - validationSplit));
    if (trained === 0 || trained === rows) {
      throw new RangeError(
        `\`validationSplit\` must leave a row to train on and one to validate on, of ${rows}. Received: ${validationSplit}.`,
      );
    }
    const validation = part(all, trained, rows - trained);
    return { training: await withOwnBias(part(all, 0, trained), options), validation };
  } finally {
    disposeRows(all);
  }
}

export function disposeRows({ x, y }: Prepared): void {
  tf.dispose([x, y]);
}

function part(all: Prepared, start: number, size: number): Prepared {
  return {
    ...all,
    x: blockOf(all.x, start, size),
    y: blockOf(all.y, start, size) as tf.Tensor2D,
    indices: all.indices?.subarray(start, start + size),
  };
}

/** Rows kept for validation have no say in where the bias starts. */
async function withOwnBias(rows: Prepared, { task }: ResolvedOptions): Promise<Prepared> {
  if (task === 'classification') return rows;
  return { ...rows, bias: columnMeans(await rows.y.data<'float32'>(), rows.y.shape[1]) };
}

async function fromLabels(y: TargetsLike, name: string, loss: Loss, known?: readonly Label[]) {
  const { classes, indices } = await encodeLabels(y, name, known);
  const width = unitsFor(classes.length, loss);
  return { classes, indices, width, values: classTargets(indices, width, loss) };
}

function columnMeans(values: Float32Array, width: number): Float32Array {
  const sums = new Float64Array(width);
  for (let i = 0; i < values.length; i++) sums[i % width] += values[i];
  return Float32Array.from(sums, (sum) => (sum * width) / values.length);
}
