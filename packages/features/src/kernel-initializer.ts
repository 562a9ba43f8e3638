import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import { serialization, tensor } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { isShiftInvariantKernel, type KernelConfig, type ShiftInvariantKernel } from './kernel.ts';
import { deserializeKernel, isKernelName, kernelNames } from './kernel-registry.ts';
import { serializeKernel } from './serialized-kernel.ts';

export type Initializer = ReturnType<typeof initializers.glorotUniform>;

/** The form of an initializer or a kernel in a saved model. */
export interface SerializedObject {
  className: string;
  config: serialization.ConfigDict;
}

/** A shift-invariant kernel, or any tfjs initializer: by name, as an object, or as saved. */
export type KernelInitializer =
  | 'gaussian'
  | 'laplacian'
  | 'isotropicLaplacian'
  | 'matern'
  | 'cauchy'
  | 'rationalQuadratic'
  | 'sinc'
  | (string & {})
  | ShiftInvariantKernel
  | Initializer
  | SerializedObject;

/**
 * Resolves an identifier to a kernel, from which the frequencies are drawn, or to an initializer.
 *
 * @throws TypeError or RangeError that names the known kernels and initializers.
 */
export function resolveKernelInitializer(
  identifier: KernelInitializer,
): ShiftInvariantKernel | Initializer {
  if (isShiftInvariantKernel(identifier) || isInitializer(identifier)) return identifier;
  const name = typeof identifier === 'string' ? identifier : identifier?.className;
  if (typeof name !== 'string') throw unknown(identifier);
  const config = typeof identifier === 'string' ? {} : (identifier.config ?? {});
  if (isKernelName(name)) {
    const kernel = deserializeKernel(
      typeof identifier === 'string' ? name : { className: name, config: config as KernelConfig },
    );
    if (!isShiftInvariantKernel(kernel)) throw unknown(identifier);
    return kernel;
  }
  const [cls, fromConfig] = initializerClass(name) ?? [];
  if (!cls || !fromConfig) throw unknown(identifier);
  return fromConfig(cls, config) as Initializer;
}

/**
 * The saved form: a kernel's name if the layer's own `scale` says the rest (Keras's form),
 * otherwise a class name and a config.
 */
export function serializeSource(
  source: ShiftInvariantKernel | Initializer,
): string | serialization.ConfigDict {
  if (isInitializer(source)) {
    return { className: source.getClassName(), config: source.getConfig() };
  }
  const { scale, ...others } = source.getConfig();
  if (Object.keys(others).length === 0) return source.name;
  return serializeKernel(source) as unknown as serialization.ConfigDict;
}

/**
 * The same initializer with a seed, if it takes one and has none, so that its numbers repeat.
 *
 * For tfjs a seed of 0 is no seed.
 */
export function seeded(initializer: Initializer, seed: number): Initializer {
  const config = initializer.getConfig();
  if (!('seed' in config) || config.seed) return initializer;
  const drawn =
    1 +
    createRandom(seed)
      .stream('initializer')
      .integer(2 ** 31 - 1);
  const [cls, fromConfig] = initializerClass(initializer.getClassName()) ?? [];
  if (!cls || !fromConfig) return initializer;
  return fromConfig(cls, { ...config, seed: drawn }) as Initializer;
}

/**
 * An initializer that sets a weight to these numbers, which are computed when the weight is built.
 */
export function valuesInitializer(values: () => Float32Array): Initializer {
  const initializer = initializers.zeros();
  initializer.apply = (shape) => tensor(values(), shape as number[], 'float32');
  return initializer;
}

export const isInitializer = (value: unknown): value is Initializer =>
  value instanceof initializerBase;

/** tfjs-layers exports its initializers, but not the class that they extend. */
const initializerBase: abstract new () => Initializer = Object.getPrototypeOf(
  initializers.zeros().constructor,
);

/**
 * The initializer class with this name. (tfjs's registry also holds layers, constraints and so on.)
 */
function initializerClass(name: string) {
  const { classNameMap } = serialization.SerializationMap.getMap();
  const entry = classNameMap[`${name.charAt(0).toUpperCase()}${name.slice(1)}`];
  return entry?.[0].prototype instanceof initializerBase ? entry : undefined;
}

function unknown(identifier: unknown): RangeError {
  const kernels = kernelNames()
    .map((name) => check.shown(name))
    .join(', ');
  const others = Object.keys(initializers)
    .map((name) => check.shown(name))
    .join(', ');
  return new RangeError(
    `\`kernelInitializer\` must be a shift-invariant kernel (${kernels}, or an object) or a tfjs ` +
      `initializer (${others}, or an object). Received: ${check.shown(identifier)}.`,
  );
}
