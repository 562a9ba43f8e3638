import type { Json } from './shard.ts';

/** A function of a shard. */
// biome-ignore lint/suspicious/noExplicitAny: its argument is its own.
export type ShardFunction = (argument: any, options: { signal: AbortSignal }) => unknown;

/**
 * The modules that shards may name: what a worker imports for a name, a path or package; or the
 * module itself.
 */
export type AllowedModules = Readonly<
  Record<string, string | URL | Readonly<Record<string, unknown>>>
>;

/**
 * The function that a shard names. Only names of the list are known, and nothing is evaluated.
 *
 * @throws RangeError if the list does not have the module, TypeError if it does not have the function.
 */
export async function shardFunction(
  allowed: AllowedModules,
  module: string,
  name = 'default',
): Promise<ShardFunction> {
  if (!Object.hasOwn(allowed, module)) {
    const names = Object.keys(allowed).join(', ') || 'none';
    throw new RangeError(
      `\`module\` must be one that this worker allows: ${names}. Received: ${JSON.stringify(module)}.`,
    );
  }
  const place = allowed[module];
  const isPlace = typeof place === 'string' || place instanceof URL;
  const found: Readonly<Record<string, unknown>> = isPlace ? await import(String(place)) : place;
  const own = Object.hasOwn(found, name) ? found[name] : undefined;
  if (typeof own === 'function') return own as ShardFunction;
  throw new TypeError(
    `\`function\` must name an exported function of the module '${module}'. Received: ${JSON.stringify(name)}.`,
  );
}

/** The argument as the function gets it: a copy. */
export const copyOf = (argument: Json | undefined): Json | undefined =>
  argument === undefined ? undefined : structuredClone(argument);
