import { defaultCacheDir } from './platform.node.ts';

/**
 * The folder in which the loaders keep downloads if no `cacheDir` is given: `kernel-methods` in the
 * user's cache folder. It exists only in Node, Bun and Deno: a browser has no folders.
 *
 * @throws Error in a browser.
 *
 * @example
 * datasetCacheDir(); // '/home/ada/.cache/kernel-methods'
 */
export function datasetCacheDir(): string {
  // A file of its own: the declarations of the other one need the types of Node.
  return defaultCacheDir();
}
