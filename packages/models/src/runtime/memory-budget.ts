/** The largest default budget: simd's memory has 4 GiB in total. */
const MOST = 2 ** 31;

/**
 * How many bytes of features are kept where the user does not say: half of what is free, at most
 * 2 GiB. A browser tells at most how much memory the device has (then an eighth of it is taken), or
 * nothing (then 512 MiB).
 */
export function defaultMemoryBudget(): number {
  const available = availableMemory();
  if (available !== undefined) return memoryBudgetOf(available);
  const { deviceMemory } = (globalThis.navigator ?? {}) as { deviceMemory?: number };
  return deviceMemory === undefined ? 2 ** 29 : Math.min(MOST, (deviceMemory * 2 ** 30) / 8);
}

/** The bytes of features that are kept, given the free bytes. */
export const memoryBudgetOf = (free: number): number => Math.min(MOST, Math.floor(free / 2));

/** What Node says is free; nothing in browsers, and where it may not be asked (Deno without `--allow-sys`). */
function availableMemory(): number | undefined {
  try {
    const process = globalThis.process as { availableMemory?(): number } | undefined;
    const bytes = process?.availableMemory?.();
    return bytes !== undefined && bytes > 0 ? bytes : undefined;
  } catch {
    return undefined;
  }
}
