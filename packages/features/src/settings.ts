import * as check from '@kernel-methods/check';
import type { layers } from '@tensorflow/tfjs-layers';

/** The settings of every tfjs layer: `name`, `inputShape`, `batchInputShape`, `trainable`, … */
export type LayerConfig = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

const inherited = ['name', 'trainable', 'dtype', 'inputShape', 'batchInputShape', 'batchSize'];

/**
 * Checks the settings that every layer takes, refuses unknown ones, and returns `config`.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 */
export function checkSettings<C extends LayerConfig>(config: C, own: readonly string[]): C {
  if (typeof config !== 'object' || config === null) {
    throw check.typeError('config', 'be an object', check.shown(config));
  }
  const known = [...own, ...inherited, 'inputDType', 'weights'];
  const stranger = check.unknownKey(config, known);
  if (stranger !== undefined) {
    throw check.rangeError(
      'config',
      `have no settings but ${known.join(', ')}`,
      check.shown(stranger),
      check.didYouMean(stranger, known),
    );
  }
  check.boolean('trainable', config.trainable ?? false);
  const dtype = config.dtype ?? config.inputDType ?? 'float32';
  if (dtype !== 'float32') {
    throw check.rangeError('dtype', "be 'float32'", check.shown(dtype));
  }
  return config;
}
