import type { Loss } from '@kernel-methods/losses';
import { encodeLabels, type Label, realTargets, type TargetsLike } from '../data/labels.ts';
import { type RowSource, someRows } from '../data/row-source.ts';
import { type RowsLike, toRows } from '../data/rows.ts';
import { checkedWeights, rowWeights } from '../data/weights.ts';
import { valuesOf } from '../numerics/picked.ts';
import type { ResolvedOptions } from '../options.ts';
import { classTargets, unitsFor } from '../tasks/class-targets.ts';
import type { FitOptions } from './fit-options.ts';

/** Rows with their targets in the loss's coding. The source belongs to whoever asked. */
export interface Prepared {
  readonly x: RowSource;
  /** Row-major, `rows × units`. */
  readonly targets: Float32Array;
  readonly units: number;
  /** One a row; absent where all are 1. */
  readonly weights?: Float32Array;
  readonly classes?: readonly Label[];
  /** Index of each row's class. */
  readonly indices?: Int32Array;
}

/** What a fitted model knows, for rows to validate, to score or to go on with. */
export interface Known {
  readonly classes?: readonly Label[];
  readonly units?: number;
  readonly rowShape?: readonly number[];
}

/**
 * Checks rows and targets and brings them into the form that a solver needs.
 *
 * @param names of the arguments, for errors.
 */
export async function prepare(
  x: RowsLike,
  y: TargetsLike,
  { task, loss }: Pick<ResolvedOptions, 'task' | 'loss'>,
  known?: Known,
  names = { x: 'x', y: 'y' },
): Promise<Prepared> {
  const rows = await toRows(x, names.x);
  try {
    const { values, width, ...rest } =
      task === 'classification'
        ? await fromLabels(y, names.y, loss, known)
        : await realTargets(y, names.y);
    const count = values.length / width;
    if (known?.units !== undefined && width !== known.units) {
      throw new RangeError(
        `\`${names.y}\` must have ${known.units} columns, as in training. Received: ${width}.`,
      );
    }
    if (rows.rows !== count) {
      throw new RangeError(
        `\`${names.y}\` must have one entry a row of \`${names.x}\`, ${rows.rows}. Received: ${count}.`,
      );
    }
    requireShape(rows, known?.rowShape, names.x);
    return { ...rest, x: rows, targets: values, units: width };
  } catch (error) {
    rows.dispose();
    throw error;
  }
}

/** The rows to train on and those to validate on; `dispose` frees both. */
export interface PreparedSplit {
  readonly training: Prepared;
  readonly validation?: Prepared;
  dispose(): void;
}

export async function prepareSplit(
  x: RowsLike,
  y: TargetsLike,
  fitOptions: FitOptions,
  options: Pick<ResolvedOptions, 'task' | 'loss'>,
  known?: Known,
): Promise<PreparedSplit> {
  const { validationSplit = 0, validationData, sampleWeight, classWeight } = fitOptions;
  const plain = await prepare(x, y, options, known);
  const owned = [plain];
  const dispose = () => {
    for (const prepared of owned) prepared.x.dispose();
  };
  try {
    const { classes } = plain;
    const given = sampleWeight && checkedWeights(sampleWeight, plain.x.rows);
    // Rows that are kept for validation have no say in what a class weighs.
    const weighted = (rows: Prepared): Prepared => ({
      ...rows,
      weights: rowWeights(rows.x.rows, rows.weights, classWeight, classes, rows.indices),
    });
    const all: Prepared = { ...plain, weights: given };
    if (validationData !== undefined) {
      const [vx, vy] = validationData;
      const seen = { classes, units: plain.units, rowShape: plain.x.rowShape };
      const names = { x: 'validationData[0]', y: 'validationData[1]' };
      const validation = await prepare(vx, vy, options, seen, names);
      owned.push(validation);
      return { training: weighted(all), validation, dispose };
    }
    if (validationSplit === 0) return { training: weighted(all), dispose };
    const { rows } = plain.x;
    // As Keras counts: what is left for training is rounded down.
    const trained = Math.floor(rows * (1 - validationSplit));
    if (trained === 0 || trained === rows) {
      throw new RangeError(
        `\`validationSplit\` must leave a row to train on and one to validate on, of ${rows}. Received: ${validationSplit}.`,
      );
    }
    return {
      training: weighted(part(all, { from: 0, count: trained })),
      validation: { ...part(all, { from: trained, count: rows - trained }), weights: undefined },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Some of the rows; the source stays the whole's. */
export function part(
  { x, targets, units, weights, classes, indices }: Prepared,
  some: Int32Array | { readonly from: number; readonly count: number },
): Prepared {
  return {
    x: someRows(x, some),
    targets: valuesOf(targets, some, units),
    units,
    weights: weights && valuesOf(weights, some, 1),
    classes,
    indices:
      indices &&
      (some instanceof Int32Array
        ? some.map((row) => indices[row])
        : indices.subarray(some.from, some.from + some.count)),
  };
}

/**
 * Where the head's bias starts: 0 for classes, the mean target of a regression.
 */
export function startingBias(
  { targets, units, weights }: Prepared,
  task: ResolvedOptions['task'],
): Float32Array {
  const sums = new Float64Array(units);
  if (task === 'classification') return new Float32Array(units);
  let total = 0;
  for (let row = 0; row * units < targets.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    total += weight;
    for (let u = 0; u < units; u++) sums[u] += weight * targets[row * units + u];
  }
  return Float32Array.from(sums, (sum) => sum / total);
}

/** @throws RangeError if the rows are not of the shape seen in training. */
export function requireShape(
  { rowShape }: Pick<RowSource, 'rowShape'>,
  expected: readonly number[] | undefined,
  name: string,
): void {
  if (expected === undefined || rowShape.join() === expected.join()) return;
  const like = name === 'x' ? 'of the shape seen in training' : 'of the shape of `x`';
  throw new RangeError(
    `\`${name}\` must have rows ${like}, [${expected}]. Received: [${rowShape}].`,
  );
}

async function fromLabels(y: TargetsLike, name: string, loss: Loss, known?: Known) {
  const { classes, indices } = await encodeLabels(y, name, known?.classes);
  const width = known?.units ?? unitsFor(classes.length, loss);
  return { classes, indices, width, values: classTargets(indices, width, loss) };
}
