import { options } from '../options/options.ts';

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
