import type { layers } from '@tensorflow/tfjs-layers';
import { checkBoolean, show } from './check.ts';

/** What every tfjs layer takes: `name`, `inputShape`, `batchInputShape`, `trainable`, … */
export type LayerSettings = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

const inherited = ['name', 'trainable', 'dtype', 'inputShape', 'batchInputShape', 'batchSize'];

/**
 * `config` with what every layer takes checked, and no setting that is in neither list.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 */
export function checkSettings<C extends LayerSettings>(config: C, own: readonly string[]): C {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`\`config\` must be an object. Received: ${show(config)}.`);
  }
  const known = [...own, ...inherited, 'inputDType', 'weights'];
  const stranger = Object.keys(config).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    throw new RangeError(
      `\`config\` must have no settings but ${known.join(', ')}. Received: ${show(stranger)}.`,
    );
  }
  checkBoolean(config.trainable ?? false, 'trainable');
  const dtype = config.dtype ?? config.inputDType ?? 'float32';
  if (dtype !== 'float32') {
    throw new RangeError(`\`dtype\` must be 'float32'. Received: ${show(dtype)}.`);
  }
  return config;
}

/** `value` if it is one of `choices`. */
export function checkChoice<T extends string>(
  value: unknown,
  name: string,
  choices: readonly T[],
): T {
  if (!choices.includes(value as T)) {
    const rule = choices.map(show).join(' or ');
    throw new RangeError(`\`${name}\` must be ${rule}. Received: ${show(value)}.`);
  }
  return value as T;
}
