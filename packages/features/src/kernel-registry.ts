import { show } from './check.ts';
import { gaussian } from './gaussian.ts';
import type { Kernel, KernelConfig } from './kernel.ts';
import { laplacian } from './laplacian.ts';

/** Makes a kernel from what its `getConfig` gave; called without it, the kernel's defaults. */
export type KernelFactory = (config?: KernelConfig) => Kernel;

/** A kernel as it stands in a saved model: its name alone where it has no settings. */
export type SerializedKernel = string | { className: string; config: KernelConfig };

const factories = new Map<string, KernelFactory>([
  ['gaussian', gaussian as KernelFactory],
  ['laplacian', laplacian as KernelFactory],
]);

/**
 * Makes a kernel of your own known by name, so that layers that use it can be loaded.
 *
 * @param name camelCase, without underscores: tfjs rewrites those in saved models.
 * @throws RangeError if `name` is malformed or names another kernel already.
 */
export function registerKernelFactory(name: string, factory: KernelFactory): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
    throw new RangeError(`\`name\` must be camelCase letters and digits. Received: ${show(name)}.`);
  }
  if ((factories.get(name) ?? factory) !== factory) {
    throw new RangeError(`\`name\` must not name another kernel already. Received: '${name}'.`);
  }
  factories.set(name, factory);
}

/** The names of all known kernels. */
export const kernelNames = (): string[] => [...factories.keys()];

/** Whether a kernel goes by this name, in capitals or not (Keras does not tell them apart). */
export const isKernelName = (name: string): boolean => find(name) !== undefined;

/**
 * The kernel of this name with its default settings: 'gaussian' is `gaussian()`.
 *
 * @throws RangeError if there is none; the message names those that there are.
 */
export const kernelByName = (name: string): Kernel => deserializeKernel(name);

/** A kernel as plain JSON: its name, or its name and its config. */
export function serializeKernel(kernel: Kernel): SerializedKernel {
  const config = kernel.getConfig();
  return Object.keys(config).length === 0 ? kernel.name : { className: kernel.name, config };
}

/**
 * The kernel that `serializeKernel` wrote.
 *
 * @throws RangeError if no kernel has that name.
 */
export function deserializeKernel(serialized: SerializedKernel): Kernel {
  const isName = typeof serialized === 'string';
  const name = isName ? serialized : serialized?.className;
  const factory = typeof name === 'string' ? find(name) : undefined;
  if (factory === undefined) {
    const known = kernelNames().map(show).join(', ');
    throw new RangeError(`The kernel must be one of ${known}. Received: ${show(serialized)}.`);
  }
  return isName ? factory() : factory(serialized.config);
}

const find = (name: string) => factories.get(name) ?? factories.get(name.toLowerCase());
