import { createRandom } from '@kernel-methods/random';
import type { Dataset } from '../data/dataset.ts';
import type { Examples } from '../data/examples.ts';
import { featureExamples } from '../fit/feature-examples.ts';
import type { OwnedExamples } from '../fit/owned-examples.ts';
import { mapOf, rowShapeOf } from '../network/network.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import { centredExamples } from '../solvers/centred-problem.ts';
import type { FarPass } from '../solvers/far-passes.ts';
import { BlockVector } from '../solvers/newton/block-vector.ts';
import { NewtonRows } from '../solvers/newton/rows.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import type { FarBatch } from './drawn-rows.ts';
import type { FarModel } from './far-model.ts';

interface Options {
  readonly signal: AbortSignal;
  /** Bytes of features that may be kept. */
  readonly budget: number;
  readonly seed: number;
  /** The number of the shard. */
  readonly shard: number;
  readonly origin?: FarPass['origin'];
}

/** A pass, and names of its vectors by which a shard knows them again. */
export interface NamedPass extends FarPass {
  readonly headName: string;
  readonly directionName?: string;
}

/**
 * The rows of a shard with their features, for the passes of Newton's method. They remember their
 * scores at the last head and along the last step; whoever has not seen these computes them first, so
 * a shard may move to another machine at any time.
 */
export class FarShard {
  readonly #rows: NewtonRows;
  readonly #examples: Examples;
  readonly #layout: BlockVector;
  readonly #options: Options;
  readonly #rowSize: number;
  readonly #dispose: () => void;
  #head?: string;
  #step?: string;

  private constructor(
    rows: NewtonRows,
    examples: Examples,
    layout: BlockVector,
    options: Options,
    rowSize: number,
    dispose: () => void,
  ) {
    this.#rows = rows;
    this.#examples = examples;
    this.#layout = layout;
    this.#options = options;
    this.#rowSize = rowSize;
    this.#dispose = dispose;
  }

  static async open(
    model: FarModel,
    batches: AsyncIterable<FarBatch>,
    options: Options,
  ): Promise<FarShard> {
    const { signal, budget, origin } = options;
    const { network, loss, task } = model.fitted;
    const numerics = numericsFor();
    const map = mapOf(network);
    const datasets = allWeighted(await model.datasetOf(batches, signal));
    const owned: { dispose(): void }[] = datasets.map(({ x }) => x);
    const dispose = () => {
      for (const one of owned.reverse()) one.dispose();
    };
    try {
      let left = budget;
      const parts = datasets.map((data) => {
        const part = featureExamples(map, data, { numerics, signal, budget: left });
        if (part.kept) left -= 4 * part.rows * part.width;
        owned.push(part);
        return part;
      });
      const units = network.outputs[0].shape[1] as number;
      const plain = joined(parts, map.width, units);
      const examples = origin ? centredExamples(plain, origin, numerics) : plain;
      if ('dispose' in examples) owned.push(examples as OwnedExamples);
      const layout = new BlockVector(units, map.width, loss.link !== 'softmax');
      const classify = taskFor(task).reportsAccuracy;
      const rows = new NewtonRows({ examples, loss, classify, numerics, layout, signal });
      owned.push(rows);
      const rowSize = rowShapeOf(network).reduce((size, length) => size * length, 1);
      return new FarShard(rows, examples, layout, options, rowSize, dispose);
    } catch (error) {
      dispose();
      throw error;
    }
  }

  get rows(): number {
    return this.#examples.rows;
  }

  /** The bytes of the rows, their features and their scores. */
  get bytes(): number {
    const { rows, width, units } = this.#examples;
    return 4 * rows * (this.#rowSize + width + 3 * units);
  }

  /** The sums of a pass over the rows of this shard; undefined if none has a weight. */
  async pass(pass: NamedPass): Promise<Float64Array | undefined> {
    const { weight } = this.#examples;
    if (weight === 0) return undefined;
    const means = await this.#means(pass);
    return Float64Array.from(means, (mean) => mean * weight);
  }

  dispose(): void {
    this.#dispose();
  }

  async #means({ kind, head, headName, ...along }: NamedPass): Promise<ArrayLike<number>> {
    const rows = this.#rows;
    if (kind === 'evaluate' || this.#head !== headName) {
      this.#head = undefined;
      this.#step = undefined;
      const { loss, accuracy = 0, gradient } = await rows.evaluate(head);
      this.#head = headName;
      if (kind === 'evaluate') {
        const { seed, shard } = this.#options;
        const { uniform } = createRandom(seed).stream(`curvature ${shard}`);
        const { sums } = await rows.kept.curve(uniform);
        return Float64Array.of(loss, accuracy, ...sums, ...gradient);
      }
    }
    const { direction, directionName, factors = [] } = along;
    if (kind === 'product') return rows.hessianProduct(direction as Float64Array);
    if (this.#step !== directionName) await rows.takeStep(direction as Float64Array);
    this.#step = directionName;
    const losses: Float64Array[] = [await rows.kept.slopes()];
    for (const factor of factors) {
      losses.push(await rows.kept.lossAlong(this.#layout.perBlock(() => factor)));
    }
    return losses.flatMap((part) => Array.from(part));
  }
}

/** If some batches have weights, all have. */
function allWeighted(all: readonly Dataset[]): readonly Dataset[] {
  if (!all.some(({ weights }) => weights !== undefined)) return all;
  return all.map((data) => ({
    ...data,
    weights: data.weights ?? new Float32Array(data.x.rows).fill(1),
  }));
}

/** The rows of all, one after the other. */
function joined(parts: readonly Examples[], width: number, units: number): Examples {
  return {
    ...{ width, units },
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    weight: parts.reduce((sum, { weight }) => sum + weight, 0),
    async *chunks(options) {
      for (const part of parts) yield* part.chunks(options);
    },
  };
}
