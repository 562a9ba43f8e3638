import { inTurns } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Dataset } from '../data/dataset.ts';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTableRows, tableOf } from '../data/tables.ts';
import { checkedWeights } from '../data/weights.ts';
import { readModel, writeModel } from '../estimators/persistence.ts';
import type { Fitted } from '../fit/fitted.ts';
import { prepare } from '../fit/prepare.ts';
import { settingsOf } from '../fit/settings.ts';
import { targetsOf } from '../fit/table-data.ts';
import { mapOf, rowShapeOf, unitsOf } from '../network/network.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import type { ResolvedOptions } from '../options.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { inPlace } from '../runtime/in-place.ts';
import { addAll } from '../solvers/direct.ts';
import type { FitProgress } from '../solvers/progress.ts';
import { batchName, type StreamBatch } from '../stream/batch-stream.ts';
import { type StreamRows, streamExamples } from '../stream/stream-examples.ts';
import type { FarBatch } from './drawn-rows.ts';

/** What a machine must know of a fit: the fixed map, and how rows and targets are coded. */
type Known = Pick<Fitted, 'classes' | 'encoder' | 'target'>;

/** A model whose map is fixed, as bytes that `FarModel.read` takes: those of a saved model. */
export async function farModelBytes(
  network: tfl.LayersModel,
  options: ResolvedOptions,
  known: Known,
): Promise<Uint8Array> {
  const { loss, task, l2 = 0 } = options;
  const settings = settingsOf(mapOf(network), options, { l2 });
  const link = async () => ({ link: loss.link, inverseTemperature: 1 });
  const own = { network, loss, task, settings, link, decidesByLink: false };
  const fitted = { ...own, ...known };
  let bytes: Uint8Array | undefined;
  const handler: tf.io.IOHandler = {
    async save({ weightData, ...artifacts }) {
      bytes = framed(artifacts, new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)));
      return {
        modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON({ weightData, ...artifacts }),
      };
    },
  };
  await writeModel(handler, fitted, options, {});
  return bytes as Uint8Array;
}

/** A fixed map on another machine. */
export class FarModel {
  readonly #fitted: Fitted;
  readonly #options: Pick<ResolvedOptions, 'task' | 'loss'>;

  private constructor(fitted: Fitted) {
    this.#fitted = fitted;
    this.#options = fitted;
  }

  /** @throws SavedModelError if the bytes are damaged. */
  static async read(bytes: Uint8Array): Promise<FarModel> {
    const load = async () => unframed(bytes);
    const { fitted } = await readModel({ load }, { task: undefined, estimator: undefined });
    return new FarModel(fitted);
  }

  get fitted(): Fitted {
    return this.#fitted;
  }

  /** Sums without rows so far. */
  accumulator(): RidgeAccumulator {
    const { network } = this.#fitted;
    return new RidgeAccumulator(mapOf(network).width, unitsOf(network), numericsFor());
  }

  /** Adds the rows of a shard to sums; after an error these are invalid. */
  async addTo(
    sums: RidgeAccumulator,
    batches: AsyncIterable<FarBatch>,
    signal: AbortSignal,
    onRows: (rows: number) => void = () => {},
  ): Promise<void> {
    const { network } = this.#fitted;
    const size = { rows: Number.NaN, weight: Number.NaN };
    const open = () => this.#prepared(batches, signal);
    const examples = streamExamples(
      open,
      mapOf(network),
      unitsOf(network),
      size,
      numericsFor(),
      signal,
    );
    try {
      let before = 0;
      const onProgress = ({ step }: FitProgress) => {
        onRows(step - before);
        before = step;
      };
      await addAll(sums, examples, undefined, { signal, onProgress });
    } finally {
      examples.dispose();
    }
  }

  /** All rows of a shard, in memory. */
  async datasetOf(batches: AsyncIterable<FarBatch>, signal: AbortSignal): Promise<Dataset[]> {
    const all: Dataset[] = [];
    try {
      for await (const rows of this.#prepared(batches, signal)) all.push(rows);
      return all;
    } catch (error) {
      for (const { x } of all) x.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#fitted.network.dispose();
  }

  async *#prepared(
    batches: AsyncIterable<FarBatch>,
    signal: AbortSignal,
  ): AsyncGenerator<StreamRows> {
    const { classes, network } = this.#fitted;
    const known = { classes, units: unitsOf(network), rowShape: rowShapeOf(network) };
    let index = 0;
    for await (const batch of batches) {
      signal.throwIfAborted();
      const name = batchName(index++);
      yield await inPlace(name, async () => {
        const { x, y, sampleWeight } = await this.#coded(batch);
        const rows = await prepare(x, y, this.#options, known);
        if (sampleWeight === undefined) return { ...rows, name };
        try {
          const weights = await inTurns(checkedWeights(sampleWeight, rows.x.rows), signal);
          return { ...rows, weights, name };
        } catch (error) {
          rows.x.dispose();
          throw error;
        }
      });
    }
  }

  /** The rows of a batch as numbers. */
  async #coded(batch: FarBatch): Promise<StreamBatch> {
    const { encoder, target } = this.#fitted;
    if (!isTableRows(batch)) return batch as StreamBatch;
    if (encoder === undefined) {
      throw new TypeError(
        'A shard must have batches of numbers, as in the sample. Received: a table.',
      );
    }
    const table = await tableOf(batch, 'x');
    return {
      x: encoder.transform(table) as RowsLike,
      y: (await targetsOf(table, target, 'target')) as TargetsLike,
    };
  }
}

/** A length, JSON, then the weights. */
function framed(artifacts: object, weights: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(artifacts));
  const bytes = new Uint8Array(4 + text.length + weights.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(weights, 4 + text.length);
  return bytes;
}

function unframed(bytes: Uint8Array): tf.io.ModelArtifacts {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return { ...JSON.parse(text), weightData: bytes.slice(4 + length).buffer };
}
