import type { FeatureType } from '@kernel-methods/simd';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Dataset, subset } from '../data/dataset.ts';
import { type ChunkOptions, chunkRows, weightOf } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { disposeBlock, type RowSource, takeBlock } from '../data/row-source.ts';
import { featureLayers, type RowTargets } from '../network/feature-layers.ts';
import { finiteFeatures } from '../network/finite-features.ts';
import { assemble, copyNetwork, type FeatureMap, mapOf, writeHead } from '../network/network.ts';
import type { Matrix, Numerics } from '../numerics/numerics.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import { compose, valuesOf } from '../numerics/picked.ts';
import type { ResolvedOptions } from '../options.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { defaultMemoryBudget } from '../runtime/memory-budget.ts';
import { featureExamples } from './feature-examples.ts';
import type { OwnedExamples } from './owned-examples.ts';

/**
 * The features of all rows under one map, computed once and kept if they fit into the memory
 * budget. Folds are lists of these rows. Features beyond the budget are computed on demand.
 */
export class SharedFeatures {
  readonly map: FeatureMap;
  readonly numerics: Numerics = numericsFor();
  readonly #network: tfl.LayersModel;
  readonly #owns: boolean;
  /** Stops the work on the features. */
  readonly signal: AbortSignal;
  #all: OwnedExamples | undefined;
  #matrix: Matrix | undefined;
  #featureType: FeatureType | undefined;

  private constructor(network: tfl.LayersModel, signal: AbortSignal, owns: boolean) {
    this.#network = network;
    this.#owns = owns;
    this.signal = signal;
    this.map = mapOf(network);
  }

  /** Builds the map for `sample`, without computing features. The caller disposes of it. */
  static async build(
    options: ResolvedOptions,
    sample: RowSource,
    signal: AbortSignal,
    targets?: RowTargets,
  ): Promise<SharedFeatures> {
    const layers = await featureLayers(options, sample, signal, true, targets);
    return new SharedFeatures(assemble(layers, sample.rowShape, 1), signal, true);
  }

  /** The map of an existing network, which the caller still owns. */
  static of(network: tfl.LayersModel, signal: AbortSignal): SharedFeatures {
    return new SharedFeatures(network, signal, false);
  }

  /** Computes the features of all rows, if they may be kept. */
  async compute(
    rows: Dataset,
    {
      memoryBudget = defaultMemoryBudget(),
      solver,
    }: Pick<ResolvedOptions, 'memoryBudget' | 'solver'>,
    onRows: (done: number) => void,
  ): Promise<void> {
    const { numerics, signal } = this;
    const { featureType } = solver;
    this.#featureType = featureType;
    const run = { numerics, signal, budget: memoryBudget, featureType, onRows };
    this.#all = featureExamples(this.map, rows, run);
    if (!this.#all.kept) return;
    // The first chunk arrives when all rows are done.
    for await (const { z } of this.#all.chunks()) {
      this.#matrix = z;
      break;
    }
  }

  /** Some of the rows, with their own weights; the caller disposes of them. */
  examples(rows: Dataset, picked: Int32Array, weights?: Float32Array): OwnedExamples {
    const some = { ...subset({ ...rows, weights: undefined }, picked), weights };
    if (this.#matrix !== undefined) return pickedExamples(this.#matrix, some, picked);
    const { numerics, signal } = this;
    const run = { numerics, signal, budget: 0, featureType: this.#featureType };
    return featureExamples(this.map, some, run);
  }

  /** The features of some of the rows as plain numbers, row-major. */
  async read(rows: Dataset, picked: Int32Array): Promise<Float32Array> {
    const { width, together } = this.map;
    const out = new Float32Array(picked.length * width);
    const turns = eventLoopYielder();
    for (let from = 0; from < picked.length; from += together) {
      const some = picked.subarray(from, from + together);
      const block = takeBlock(rows.x, some);
      let features: tf.Tensor2D | undefined;
      try {
        features = await finiteFeatures(this.map, block, some);
        out.set(await features.data<'float32'>(), from * width);
      } finally {
        disposeBlock(block);
        features?.dispose();
      }
      if (turns.isDue()) await turns.take();
      this.signal.throwIfAborted();
    }
    return out;
  }

  /** The map followed by a head, as an independent model. */
  network(head: Head): tfl.LayersModel {
    const network = copyNetwork(this.#network, head.bias.length);
    writeHead(network, head);
    return network;
  }

  dispose(): void {
    this.#all?.dispose();
    if (this.#owns) this.#network.dispose();
  }
}

/**
 * Rows of a matrix, in the same chunks as `featureExamples`, so that solvers draw the same batches.
 */
function pickedExamples(z: Matrix, rows: Dataset, picked: Int32Array): OwnedExamples {
  const { units, targets, weights } = rows;
  const chunkOf = (some: Int32Array | { from: number; count: number }) => ({
    z,
    picked: compose(picked, some),
    targets: valuesOf(targets, some, units),
    weights: weights && valuesOf(weights, some, 1),
  });
  return {
    kept: true,
    rows: picked.length,
    width: z.columns,
    numbersPerRow: z.numbersPerRow,
    units,
    weight: weightOf(picked.length, weights),
    async *chunks({ random, batchSize = 1 }: ChunkOptions = {}) {
      if (random !== undefined) {
        yield chunkOf(Int32Array.from(random.permutation(picked.length)));
        return;
      }
      const size = chunkRows(batchSize);
      for (let from = 0; from < picked.length; from += size) {
        yield chunkOf({ from, count: Math.min(size, picked.length - from) });
      }
    },
    dispose: () => {},
  };
}
