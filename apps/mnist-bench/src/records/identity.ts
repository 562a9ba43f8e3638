import { options } from '../options/options.ts';
import type { Job } from './job.ts';

/** What tells one variant from another. */
export interface Identified {
  readonly system: string;
  readonly config: object;
}

/**
 * Equal for runs of the same thing: the system and its settings, whatever their name, seed and
 * repeat. A setting that is missing is at its default: files from before an option came match those
 * from after.
 */
export function identityOf(run: Identified): string {
  return JSON.stringify([run.system, ...settingsOf(run)]);
}

/** The settings that tell variants apart, by name; without those at their default. */
export function settingsOf({ system, config }: Identified): Map<string, unknown> {
  const standard = system === 'kernel-methods' ? fallbacks : new Map();
  const settings = Object.entries(config)
    .filter(([name, value]) => !aside.has(name) && value !== standard.get(name))
    .filter(([, value]) => value !== undefined && value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(settings);
}

/** Options that do not change what is measured. A variant only stands for the others' defaults. */
const aside = new Set(['variant', 'seed', 'data', 'save', 'json', 'progress']);

const fallbacks = new Map<string, unknown>(
  Object.entries(options).map(([name, { fallback }]) => [name, fallback]),
);

/** Where a key occurs more than once the last record holds: the run was made again. */
export function latest<R extends { readonly key: string }>(records: readonly R[]): R[] {
  return [...new Map(records.map((record) => [record.key, record])).values()];
}

/** Equal for the seeds and repeats of one variant. */
export function variantKey({ system, variant }: Pick<Job, 'system' | 'variant'>): string {
  return `${system}, ${variant}`;
}

/** Items by what they have in common, in the order in which that first occurs. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
