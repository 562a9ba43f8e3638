import type { Option } from '@kernel-methods/runner/options';
import { type AxisOption, axisOptions } from '../matrix/axes.ts';
import { unusedBy } from '../matrix/unused.ts';
import { type Config, options } from '../options/options.ts';
import { maps } from '../parts/maps.ts';
import { isOurs, type Point } from './points.ts';

export type Ours = Point & { readonly config: Config };

/**
 * Our variants, with whole configurations: a setting that is missing is at its default, as in a file
 * from before an option came. Where a setting is none that this program knows, the variant is left out.
 */
export const oursOf = (points: readonly Point[]): Ours[] =>
  points.filter(isOurs).flatMap((point) => {
    const config = configOf(point.config);
    return config === null ? [] : [{ ...point, config }];
  });

function configOf(settings: object): Config | null {
  const given = Object.entries(settings).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const table: Readonly<Record<string, Option<unknown>>> = options;
  const known = given.every(
    ([name, value]) => !Object.hasOwn(table, name) || table[name].rule.read(`${value}`) === value,
  );
  return known ? ({ ...standard, ...Object.fromEntries(given) } as Config) : null;
}

const standard = Object.fromEntries(
  Object.entries(options).map(([name, { fallback }]) => [name, fallback]),
);

/** Whether the variant's map approximates a kernel. */
export const hasKernel = ({ config: { map } }: Ours) => maps[map].kernel;

/** Their values say enough, without the option's name. */
const plain: readonly AxisOption[] = ['task', 'kernel', 'loss', 'solver', 'map'];

/** All that tells runs apart, in this order. A preset's name is none of it: its options are. */
const telling = [...new Set([...plain, ...Object.values(axisOptions)])].filter(
  (option) => option !== 'seed' && option !== 'variant',
);

/**
 * Names of configurations by what differs among them, with nothing that all share. Two that differ in
 * more than `without` have two names; what tells no more of them apart is left out.
 */
export function namesApart(
  configs: readonly Config[],
  without: readonly AxisOption[],
): Map<Config, string> {
  const named = (options: readonly AxisOption[]) =>
    configs.map((config) => {
      const unused = unusedBy(config).flatMap(({ options }) => options);
      const words = options.filter((option) => !unused.includes(option));
      return words.map((option) => wordOf(config, option)).join(', ');
    });
  const apart = (options: readonly AxisOption[]) => new Set(named(options)).size;
  let kept: readonly AxisOption[] = [];
  for (const option of telling.filter((name) => !without.includes(name))) {
    // Kernel, loss, solver and map are told wherever they differ.
    const before = plain.includes(option) ? [] : kept;
    if (apart([...before, option]) > apart(before)) kept = [...kept, option];
  }
  const names = named(kept);
  return new Map(configs.map((config, i) => [config, names[i] || config.map]));
}

function wordOf(config: Config, option: AxisOption): string {
  const value = config[option];
  if (value === undefined) return `default ${option}`;
  return plain.includes(option) ? `${value}` : `${option} ${value}`;
}
