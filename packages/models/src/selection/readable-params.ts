import type { KernelModelOptions } from '../options.ts';

/**
 * The same parameters, which `JSON.stringify` writes in a form that people can read: losses, solvers
 * and kernels by name with their settings, layers by class, encoders by their options.
 */
export function readable<P extends KernelModelOptions>(params: P): P {
  const toJSON = () =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, described(value)]));
  // It is not enumerable: copies and comparisons see the parameters alone.
  return Object.defineProperty(params, 'toJSON', { value: toJSON });
}

/** What the parts of a model have in common: a name with settings, or their own JSON. */
interface Part {
  readonly name?: string;
  readonly config?: unknown;
  readonly toJSON?: () => unknown;
  readonly getConfig?: () => unknown;
  readonly getClassName?: () => string;
}

function described(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(described);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  const part = value as Part;
  if (part.getConfig !== undefined) {
    return { className: part.getClassName?.() ?? part.name, config: part.getConfig() };
  }
  if (part.toJSON !== undefined) return part.toJSON();
  if (part.config !== undefined) return { name: part.name, config: part.config };
  return typeof value === 'function' ? 'a function' : value;
}
