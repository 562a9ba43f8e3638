import { inTurns } from '@kernel-methods/simd';
import type { Dataset, Seen } from '../data/dataset.ts';
import { type Label, sortedClasses, type TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { checkedWeights } from '../data/weights.ts';
import { featureExamples } from '../fit/feature-examples.ts';
import { solveFor } from '../fit/fit-head.ts';
import type { FitStreamOptions } from '../fit/fit-options.ts';
import { prepare, VALIDATION_DATA } from '../fit/prepare.ts';
import { arrayData, type TrainingData } from '../fit/training-data.ts';
import { mapOf } from '../network/network.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import type { ResolvedOptions } from '../options.ts';
import { inPlace } from '../runtime/in-place.ts';
import { defaultMemoryBudget } from '../runtime/memory-budget.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import {
  type BatchStream,
  batchName,
  checkedBatches,
  isReadOnce,
  type NumberedBatch,
} from './batch-stream.ts';
import { type Collected, collect } from './collect.ts';
import { type StreamRows, streamExamples } from './stream-examples.ts';
import { codeStream, type TableStream } from './table-stream.ts';

/** The share of the memory budget that the rows of a stream may take. */
const ROWS_SHARE = 0.25;

/**
 * The training data of a stream. If the solver needs the rows several times, or if classes must be
 * found in them, the stream is first read once. If its rows fit into a quarter of the memory budget
 * they are kept, and training proceeds as with an array. If not, the stream is read again in every
 * pass, with only one batch in memory.
 *
 * @throws TypeError if it must be read again but is a generator.
 */
export async function streamData(
  given: BatchStream | TableStream,
  fitOptions: FitStreamOptions,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<TrainingData> {
  const { target } = fitOptions;
  if (target === undefined) return rowData(given as BatchStream, fitOptions, options, signal);
  const tables = given as TableStream;
  const coded = await codeStream(tables, target, fitOptions, options, signal);
  const data = await rowData(coded.stream, coded.fitOptions, options, signal);
  return { ...data, encoder: coded.encoder, target };
}

async function rowData(
  stream: BatchStream,
  fitOptions: FitStreamOptions,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<TrainingData> {
  const { solver, task, memoryBudget = defaultMemoryBudget() } = options;
  const classes = fitOptions.classes && sortedClasses(fitOptions.classes, 'classes');
  const wants = [
    ...(solver.passes === 'one' ? [] : [`the solver '${solver.name}' passes over it many times`]),
    ...(taskFor(task).hasClasses && classes === undefined ? ['`classes` is not given'] : []),
  ];
  if (wants.length === 0) return flowing(stream, fitOptions, options, { classes }, signal);
  const found = await collect(stream, taskFor(task), ROWS_SHARE * memoryBudget, signal, () => {
    if (!isReadOnce(stream)) return;
    throw new TypeError(
      `A stream of more rows than \`memoryBudget\` keeps must start again whenever it is iterated, as { [Symbol.asyncIterator]: () => batches() } does, since ${wants.join(' and ')}. Received: a generator, which can be read once.`,
    );
  });
  if (found.whole !== undefined) {
    const { x, y, sampleWeight } = found.whole;
    const { classes: _, ...rest } = fitOptions;
    const known = found.classes && { classes: classes ?? found.classes };
    return arrayData(x, y, { ...rest, sampleWeight }, options, known);
  }
  const known = { ...found, classes: classes ?? found.classes };
  return flowing(stream, fitOptions, options, known, signal);
}

/** A stream that is read as it arrives. */
async function flowing(
  stream: BatchStream,
  { validationData }: FitStreamOptions,
  options: ResolvedOptions,
  found: Partial<Collected> & { readonly classes?: readonly Label[] },
  signal: AbortSignal,
): Promise<TrainingData> {
  const { classes, rows = Number.NaN, weight = Number.NaN } = found;
  const { solver, task } = options;
  let known: Seen | undefined = classes && { classes };
  const prepared = ({ x, y, sampleWeight, index }: NumberedBatch): Promise<StreamRows> =>
    inPlace(batchName(index), async () => {
      const batch = await prepare(x, y, options, known, { x: 'x', y: 'y', signal });
      const weights = sampleWeight && (await weightsOf(sampleWeight, batch, signal));
      known ??= { units: batch.units, rowShape: batch.x.rowShape };
      return { ...batch, weights, name: batchName(index) };
    });
  // The first batch of a generator must not be lost.
  const iterator = checkedBatches(stream, signal);
  const opening = await firstOf(iterator);
  const close = () => void iterator.return(undefined).catch(() => {});
  const first = await prepared(opening).catch((error) => {
    close();
    throw error;
  });
  let isFresh = true;
  async function* open() {
    if (isFresh) {
      isFresh = false;
      yield await prepared(opening);
      for await (const batch of iterator) yield await prepared(batch);
      return;
    }
    for await (const batch of checkedBatches(stream, signal)) yield await prepared(batch);
  }
  known = { classes, units: first.units, rowShape: first.x.rowShape };
  const validation =
    validationData &&
    (await prepare(...(validationData as readonly [RowsLike, TargetsLike]), options, known, {
      x: 'validationData[0]',
      y: 'validationData[1]',
      signal,
    }).catch((error) => {
      first.x.dispose();
      close();
      throw error;
    }));
  return {
    sample: first.x,
    classes,
    bias: taskFor(task).startingBias(first, someWeights(first)),
    validates: validation !== undefined,
    calibration: validation ?? first,
    async solve(network, resolved, run) {
      const map = mapOf(network);
      if (resolved.wholeNetwork || map.isTrainable) {
        throw new RangeError(
          '`features` must be frozen, and no `optimizer` given, for a stream: only the head learns from a stream. Received: layers that are trained.',
        );
      }
      const numerics = numericsFor();
      const { memoryBudget: budget = defaultMemoryBudget() } = resolved;
      const size = { rows, weight };
      const training = streamExamples(open, map, first.units, size, numerics, run.signal);
      const keep = solver.passes === 'one' ? 0 : budget;
      const test =
        validation &&
        featureExamples(map, validation, {
          ...{ numerics, signal: run.signal, budget: keep, name: VALIDATION_DATA },
          featureType: solver.featureType,
        });
      try {
        return await solveFor(network, training, test, resolved, run, numerics);
      } finally {
        training.dispose();
        test?.dispose();
      }
    },
    dispose() {
      first.x.dispose();
      validation?.x.dispose();
      close();
    },
  };
}

/** The weights of a batch. They may all be 0, unless those of all batches are. */
async function weightsOf(
  sampleWeight: ArrayLike<number>,
  { x }: Dataset,
  signal: AbortSignal,
): Promise<Float32Array> {
  try {
    return await inTurns(checkedWeights(sampleWeight, x.rows), signal);
  } catch (error) {
    x.dispose();
    throw error;
  }
}

/** A batch without any positive weight only has an unweighted mean. */
const someWeights = ({ weights }: Dataset) =>
  weights?.some((weight) => weight > 0) ? weights : undefined;

async function firstOf(iterator: ReturnType<typeof checkedBatches>) {
  const { value, done } = await iterator.next();
  if (!done) return value;
  throw new RangeError('`x` must hold at least one row. Received: an empty stream.');
}
