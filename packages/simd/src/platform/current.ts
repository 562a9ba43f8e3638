import type { Platform } from './platform.ts';

let current: Platform | undefined;

/** Called once, by the entry that the package's `exports` choose. */
export function installPlatform(platform: Platform): void {
  current = platform;
}

/** What Node and a browser do differently. */
export function platform(): Platform {
  if (!current) throw new Error('@kernel-methods/simd was not imported by its entry.');
  return current;
}
