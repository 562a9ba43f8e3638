import type { serialization } from '@tensorflow/tfjs-core';
import { isShiftInvariantKernel } from './kernel.ts';
import type { RandomFourierFeaturesConfig } from './random-fourier-config.ts';

/** A configuration as Keras (Python) writes it: keys and words in snake_case. */
export type KerasConfig = { [key: string]: unknown };

/**
 * The settings of a configuration of Keras's layer or of ours; camelCase is left unchanged.
 *
 * `tf.loadLayersModel` converts a whole Keras file by the same rule before our layer sees it.
 *
 * @example
 * randomFourierFeatures(
 *   fromKerasConfig({ output_dim: 64, scale: 10, kernel_initializer: 'gaussian', trainable: false }),
 * );
 */
export function fromKerasConfig(config: KerasConfig): RandomFourierFeaturesConfig {
  return convert(config, toCamelCase, 'name') as RandomFourierFeaturesConfig;
}

/**
 * The opposite: converts camelCase keys and words to snake_case, and leaves class names unchanged.
 */
export function toKerasCase(config: serialization.ConfigDict): KerasConfig {
  return convert(config, toSnakeCase, 'name', 'className') as KerasConfig;
}

/** Rewrites words in keys and in values, but not in the values of the `kept` keys. */
function convert(value: unknown, word: (text: string) => string, ...kept: string[]): unknown {
  if (typeof value === 'string') return word(value);
  if (Array.isArray(value)) return value.map((item) => convert(item, word, ...kept));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    word(key),
    kept.includes(key) ? item : convert(item, word, ...kept),
  ]);
  return Object.fromEntries(entries);
}

/** Kernels, initializers and tensors are objects with behaviour and are not rewritten. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isShiftInvariantKernel(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

const toCamelCase = (text: string) => text.replace(/_+([a-zA-Z0-9])/g, (_, c) => c.toUpperCase());

const toSnakeCase = (text: string) =>
  text.replace(/([a-z0-9])([A-Z])/g, (_, a, b) => `${a}_${b.toLowerCase()}`);
