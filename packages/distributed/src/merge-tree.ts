import type { Machines, MapOptions, Part, Step } from './port.ts';

/** The number of results that are merged at a time. */
const TOGETHER = 8;

/**
 * Merges results as a tree: the machines merge eight into one until at most eight are left. Those are
 * returned.
 */
export async function mergeTree(
  { map, put, get }: Pick<Machines, 'map' | 'put' | 'get'>,
  step: Step,
  parts: readonly Part[],
  options: MapOptions,
): Promise<readonly string[]> {
  let keys = parts.map(({ key }) => key).sort();
  for (let level = 1; keys.length > TOGETHER; level++) {
    const name = `${step.name}-merge-${level}`;
    // Whoever continues a fit must merge what was about to be merged.
    const planned = await get(`${name}-groups`);
    const groups: string[][] = planned
      ? JSON.parse(new TextDecoder().decode(planned))
      : grouped(keys);
    if (!planned) await put(`${name}-groups`, new TextEncoder().encode(JSON.stringify(groups)));
    const work = { kind: 'merge', of: step.work, groups } as const;
    const merged = await map({ name, work, items: groups.length }, { signal: options.signal });
    keys = merged.parts.map(({ key }) => key).sort();
  }
  return keys;
}

function grouped(keys: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < keys.length; at += TOGETHER) groups.push(keys.slice(at, at + TOGETHER));
  return groups;
}
