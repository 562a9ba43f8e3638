import { kindOf, rangeError, shown, unknownKey } from '@kernel-methods/check';
import { createRandom, type Random } from '@kernel-methods/random';
import { optionNames } from '../check-options.ts';
import type { KernelModelOptions } from '../options.ts';
import { nameHint } from '../runtime/foreign-names.ts';
import type { Distribution } from './distributions.ts';
import { readable } from './readable-params.ts';

/** The options of an estimator that a search may set: all except the task. */
export type SearchParams = Omit<KernelModelOptions, 'task'>;

/** The values to try for each option. Several grids are searched one after the other. */
export type Grid = { readonly [K in keyof SearchParams]: readonly SearchParams[K][] };

/** For each option, either values of which one is chosen, or a function that draws one. */
export type Distributions = {
  readonly [K in keyof SearchParams]: readonly SearchParams[K][] | Distribution<SearchParams[K]>;
};

const NAMES: readonly string[] = optionNames.filter((name) => name !== 'task');

/** All combinations of a grid's values; the last option changes first. */
export function gridCandidates(grid: Grid | readonly Grid[]): SearchParams[] {
  const grids = Array.isArray(grid) ? (grid as readonly Grid[]) : [grid as Grid];
  if (grids.length === 0) throw new RangeError('`grid` must hold a grid. Received: an empty list.');
  return grids
    .flatMap((one) => {
      checkNames(one, 'grid');
      return Object.entries(one).reduce<SearchParams[]>(
        (all, [name, values]) => {
          checkValues(values, name, 'grid');
          return all.flatMap((params) => values.map((value) => ({ ...params, [name]: value })));
        },
        [{}],
      );
    })
    .map(readable);
}

/**
 * Candidates drawn by the seed. Each candidate has its own random stream for each option, so more
 * candidates, or another option, do not change the others.
 */
export function drawnCandidates(
  distributions: Distributions,
  count: number,
  seed: number,
): SearchParams[] {
  checkNames(distributions, 'distributions');
  const draws = Object.entries(distributions).map(([name, given]) => {
    if (typeof given === 'function') return [name, given as Distribution<unknown>] as const;
    checkValues(given, name, 'distributions');
    return [name, (random: Random) => given[random.integer(given.length)]] as const;
  });
  const random = createRandom(seed).stream('search');
  return Array.from({ length: count }, (_, i) => {
    const own = random.stream(`candidate ${i}`);
    return readable(
      Object.fromEntries(draws.map(([name, draw]) => [name, draw(own.stream(name))])),
    );
  });
}

function checkNames(given: object, argument: string): void {
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(
      `\`${argument}\` must be an object from options to values. Received: ${kindOf(given)}.`,
    );
  }
  const stranger = unknownKey(given, NAMES);
  if (stranger === undefined) return;
  const rule = `name options among ${NAMES.join(', ')}`;
  throw rangeError(argument, rule, shown(stranger, ''), nameHint('option', stranger, NAMES));
}

function checkValues(values: unknown, name: string, argument: string): void {
  if (Array.isArray(values) && values.length > 0) return;
  throw new TypeError(
    `\`${argument}.${name}\` must be an array with at least one value. Received: ${kindOf(values)}.`,
  );
}
