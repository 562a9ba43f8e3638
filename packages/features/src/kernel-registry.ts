import * as check from '@kernel-methods/check';
import { additiveChi2, intersectionKernel } from './additive-kernels.ts';
import { arcCosine } from './arc-cosine.ts';
import { cauchyKernel } from './cauchy.ts';
import { gaussian } from './gaussian.ts';
import { isotropicLaplacian } from './isotropic-laplacian.ts';
import type { Kernel, KernelConfig, ShiftInvariantKernel } from './kernel.ts';
import { laplacian } from './laplacian.ts';
import { matern } from './matern.ts';
import { polynomial } from './polynomial.ts';
import { productKernel } from './product-kernel.ts';
import { rationalQuadratic } from './rational-quadratic.ts';
import { scaledKernel } from './scaled-kernel.ts';
import type { SerializedKernel } from './serialized-kernel.ts';
import { sincKernel } from './sinc.ts';
import { skewedChi2 } from './skewed-chi2.ts';
import { softmaxKernel } from './softmax-kernel.ts';
import { sumKernel } from './sum-kernel.ts';

/** Makes a kernel from the result of its `getConfig`, or the default kernel without an argument. */
export type KernelFactory = (config?: KernelConfig) => Kernel;

const ours = {
  gaussian,
  laplacian,
  isotropicLaplacian,
  matern,
  cauchy: cauchyKernel,
  rationalQuadratic,
  sinc: sincKernel,
  softmaxKernel,
  arcCosine,
  polynomial,
  additiveChi2,
  intersection: intersectionKernel,
  skewedChi2,
  sum: ({ kernels, weights }: KernelConfig = {}): Kernel =>
    sumKernel(revive(kernels), weights as number[] | undefined),
  product: ({ kernels }: KernelConfig = {}): Kernel => productKernel(revive(kernels)),
  scaled: ({ kernel, factor }: KernelConfig = {}): Kernel =>
    scaledKernel(revive([kernel])[0], factor as number),
};

/** The names of the kernels of this package from which random Fourier features can be drawn. */
export type ShiftInvariantKernelName = {
  [Name in keyof typeof ours]: ReturnType<(typeof ours)[Name]> extends ShiftInvariantKernel
    ? Name
    : never;
}[keyof typeof ours];

const factories = new Map(Object.entries(ours as Record<string, KernelFactory>));

const revive = (kernels: unknown): Kernel[] =>
  Array.isArray(kernels) ? kernels.map(deserializeKernel) : [];

/**
 * Registers a kernel of your own under a name, so that layers that use it can be loaded.
 *
 * @param name camelCase, without underscores: tfjs rewrites those in saved models.
 * @throws RangeError if `name` is malformed or names another kernel already.
 *
 * @example
 * const wide = ({ scale = 1 } = {}) => ({ ...gaussian({ scale: 10 * scale }), name: 'wide' });
 * registerKernelFactory('wide', wide);
 * kernelByName('wide');
 */
export function registerKernelFactory(name: string, factory: KernelFactory): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
    throw check.rangeError('name', 'be camelCase letters and digits', check.shown(name));
  }
  if ((factories.get(name) ?? factory) !== factory) {
    throw check.rangeError('name', 'not be the name of another kernel', `'${name}'`);
  }
  factories.set(name, factory);
}

/**
 * The names of all registered kernels.
 *
 * @example
 * kernelNames(); // ['gaussian', 'laplacian', …]
 */
export const kernelNames = (): string[] => [...factories.keys()];

/**
 * Whether a kernel is registered under this name. Case does not matter, as in Keras.
 *
 * @example
 * isKernelName('gaussian'); // true
 */
export const isKernelName = (name: string): boolean => find(name) !== undefined;

/**
 * The kernel with this name and its default settings: 'gaussian' is `gaussian()`.
 *
 * @throws RangeError if there is none; the message lists the known names.
 *
 * @example
 * kernelByName('laplacian'); // laplacian()
 */
export const kernelByName = (name: string): Kernel => deserializeKernel(name);

/**
 * Rebuilds the kernel that `serializeKernel` wrote.
 *
 * @throws RangeError or TypeError if no kernel has that name, or if the config is not one that the
 * kernel saves.
 *
 * @example
 * deserializeKernel({ className: 'matern', config: { nu: 1.5, scale: 2 } });
 */
export function deserializeKernel(serialized: SerializedKernel): Kernel {
  const isName = typeof serialized === 'string';
  const name = isName ? serialized : serialized?.className;
  const factory = typeof name === 'string' ? find(name) : undefined;
  if (factory === undefined) {
    const known = kernelNames()
      .map((name) => check.shown(name))
      .join(', ');
    throw new RangeError(
      `The kernel must be one of ${known}. Received: ${check.shown(serialized)}.`,
    );
  }
  if (isName) return factory();
  const config = check.object('config', serialized.config) as KernelConfig;
  const kernel = factory(config);
  // A missing setting would silently get its default, and an extra one belongs to another kernel.
  const settings = Object.keys(kernel.getConfig());
  if (settings.toSorted().join() !== Object.keys(config).toSorted().join()) {
    throw check.rangeError(
      'config',
      `hold what the kernel '${kernel.name}' saves: ${settings.join(', ') || 'nothing'}`,
      check.shown(config),
    );
  }
  return kernel;
}

// Case does not matter: 'RationalQuadratic' is 'rationalQuadratic', and 'Gaussian' is 'gaussian'.
const find = (name: string) =>
  factories.get(name) ??
  factories.get(name.toLowerCase()) ??
  factories.get(name.charAt(0).toLowerCase() + name.slice(1));
