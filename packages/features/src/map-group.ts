import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import {
  input,
  type LayerVariable,
  layers,
  type Shape,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { buildFor, isBuilding } from './build-for.ts';
import { checkRows, type FitOptions, type Fittable, isFittable } from './fitted-map.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

type Layer = layers.Layer;

export interface MapGroupConfig extends LayerConfig {
  /** The maps: tfjs layers. */
  maps: Layer[];
}

/**
 * Several maps as one layer: it has their weights, is fitted by fitting them, and is saved with
 * them. A subclass says how they are connected.
 */
export abstract class MapGroup extends layers.Layer implements Fittable {
  static readonly origin = '@kernel-methods/features';
  readonly maps: readonly Layer[];

  constructor(config: MapGroupConfig) {
    const { maps, ...settings } = checkSettings(config, ['maps']);
    checkMaps(maps);
    super(settings);
    this.maps = [...maps];
  }

  /** Builds the maps, one after the other, by applying each to its symbolic input. */
  protected abstract connect(input: SymbolicTensor): SymbolicTensor;

  /** Computes the features from those of the maps. */
  protected abstract map(input: tf.Tensor): tf.Tensor;

  /** Fits the maps that need it, by `fitMap`. */
  protected abstract fitMaps(
    x: tf.Tensor,
    fitMap: (map: Layer, x: tf.Tensor) => Promise<void>,
  ): Promise<void>;

  get isFitted(): boolean {
    return this.maps.filter(isFittable).every((map) => map.isFitted);
  }

  /** The largest number of rows that any of the maps asks for. */
  get fitRows(): number | undefined {
    const rows = this.maps.filter(isFittable).map((map) => map.fitRows);
    return rows.every((count) => count !== undefined) ? Math.max(1, ...rows) : undefined;
  }

  async fit(x: tf.Tensor, { signal, seed }: FitOptions = {}): Promise<void> {
    checkRows(x);
    const seeds =
      seed === undefined ? undefined : createRandom(check.seed('seed', seed)).stream('maps');
    signal?.throwIfAborted();
    buildFor(this, x.shape);
    await this.fitMaps(x, async (map, rows) => {
      const own = seeds?.integer(2 ** 31);
      if (isFittable(map)) await map.fit(rows, { signal, seed: own });
    });
  }

  override build(inputShape: Shape | Shape[]): void {
    this.connect(input({ batchShape: inputShape as Shape }));
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [input] = Array.isArray(inputs) ? inputs : [inputs];
    return isBuilding(this) ? tf.clone(input) : tf.tidy(() => this.map(input));
  }

  override get trainableWeights(): LayerVariable[] {
    return this.trainable ? (this.maps ?? []).flatMap((map) => map.trainableWeights) : [];
  }

  override get nonTrainableWeights(): LayerVariable[] {
    const maps = this.maps ?? [];
    const frozen = maps.flatMap((map) => map.nonTrainableWeights);
    return this.trainable ? frozen : [...maps.flatMap((map) => map.trainableWeights), ...frozen];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const maps = this.maps.map((map) => ({
      className: map.getClassName(),
      config: map.getConfig(),
    }));
    return { ...super.getConfig(), maps };
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    { customObjects, ...settings }: tf.serialization.ConfigDict,
  ): T {
    return new cls({ ...settings, maps: reviveMaps(settings.maps) });
  }
}

/** Maps may hold maps, but a damaged file may nest without end. */
const DEEPEST = 32;
let depth = 0;

function reviveMaps(maps: unknown): Layer[] {
  if (!Array.isArray(maps) || maps.length === 0) {
    throw check.rangeError('maps', 'be a list of one layer or more', check.shown(maps));
  }
  if (depth === DEEPEST) {
    throw check.rangeError('maps', `be nested ${DEEPEST} deep at most`, 'deeper ones');
  }
  depth++;
  try {
    return Array.from(maps, (map, i) => revive(map, `maps[${i}]`));
  } finally {
    depth--;
  }
}

function revive(saved: unknown, name: string): Layer {
  const { className, config } = check.object(name, saved);
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const entry =
    typeof className === 'string' && Object.hasOwn(classNameMap, className)
      ? classNameMap[className]
      : undefined;
  if (!(entry?.[0].prototype instanceof layers.Layer)) {
    throw check.rangeError('maps', 'be of registered classes', check.shown(className));
  }
  const [cls, fromConfig] = entry!;
  return fromConfig(
    cls,
    check.object(`${name}.config`, config) as tf.serialization.ConfigDict,
  ) as Layer;
}

function checkMaps(maps: Layer[]): void {
  if (!Array.isArray(maps) || maps.length === 0) {
    throw check.rangeError('maps', 'be a list of one layer or more', check.shown(maps));
  }
  for (const [i, map] of maps.entries()) {
    if (!(map instanceof layers.Layer)) {
      throw check.typeError(`maps[${i}]`, 'be a tfjs layer', check.shown(map));
    }
    // In a saved model, weights are found by the names of their layers.
    if (maps.findIndex((other) => other.name === map.name) !== i) {
      throw new RangeError(`\`maps\` must have names that differ. Received twice: '${map.name}'.`);
    }
  }
}
