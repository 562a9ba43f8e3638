import { nearest } from '@kernel-methods/check';
import { broken } from '@kernel-methods/runner/options';
import type { OptionName, Settings } from '../options/options.ts';
import { readOption } from '../options/read-option.ts';

/** The options that a comparison may vary, by the name of their axis. */
export const axisOptions = {
  variants: 'variant',
  tasks: 'task',
  normals: 'normal',
  rejects: 'reject',
  rejectScores: 'rejectScore',
  deskew: 'deskew',
  filters: 'filters',
  patchSizes: 'patchSize',
  grids: 'grid',
  thresholds: 'threshold',
  kernels: 'kernel',
  maps: 'map',
  losses: 'loss',
  solvers: 'solver',
  dims: 'outputDim',
  scales: 'scale',
  epochs: 'epochs',
  batchSizes: 'batchSize',
  l2: 'l2',
  learningRates: 'learningRate',
  rows: 'rows',
  validationSplits: 'validationSplit',
  seeds: 'seed',
  backends: 'backend',
  datasets: 'dataset',
} as const satisfies Readonly<Record<string, OptionName>>;

export type AxisName = keyof typeof axisOptions;
/** An option that may be an axis: all that change what a run does. */
export type AxisOption = (typeof axisOptions)[AxisName];

/** Enough for any standard error: more are a slip of the finger. */
export const mostSeeds = 1000;

/** The values of each option that varies, without repetition. */
export type Axes = { readonly [K in AxisOption]?: readonly Exclude<Settings[K], undefined>[] };

/**
 * The axes of `--matrix kernels=gaussian,laplacian dims=512,1024 seeds=3`. A single number of seeds
 * is how many: 3 are 0, 1 and 2.
 *
 * @throws UsageError naming the axis, the rule and the value, and the nearest known name.
 */
export function readAxes(texts: readonly string[]): Axes {
  const axes: Record<string, readonly unknown[]> = {};
  for (const text of texts.flatMap((words) => words.trim().split(/\s+/))) {
    const [word, ...rest] = text.split('=');
    if (rest.length === 0) {
      throw broken('--matrix', 'axes with values, such as kernels=gaussian,laplacian', text);
    }
    const name = axisNamed(word, '--matrix', flagged);
    const place = `--matrix ${flagged(name)}`;
    const option = axisOptions[name];
    if (Object.hasOwn(axes, option)) throw broken(place, 'given once', text);
    const values = rest.join('=').split(',');
    axes[option] =
      name === 'seeds' && values.length === 1
        ? readSeeds(values[0], place)
        : readValues(name, values, () => place);
  }
  return axes as Axes;
}

/**
 * The values of an axis from their texts.
 *
 * @param placeOf what messages call the value at an index.
 */
export function readValues(
  name: AxisName,
  texts: readonly string[],
  placeOf: (index: number) => string,
): readonly unknown[] {
  const values: unknown[] = [];
  texts.forEach((text, index) => {
    const value = readOption(axisOptions[name], text.trim(), placeOf(index));
    if (values.includes(value)) throw broken(placeOf(index), 'without repetition', text);
    values.push(value);
  });
  return values;
}

/** So many seeds, from 0 on. */
export function readSeeds(text: string, place: string): readonly number[] {
  const count = Number(text.trim() || Number.NaN);
  if (!Number.isInteger(count) || count < 1 || count > mostSeeds) {
    throw broken(place, `a number of seeds from 1 to ${mostSeeds}, or several, as 7,8`, text);
  }
  return Array.from({ length: count }, (_, seed) => seed);
}

/**
 * The known axis of this name: `batchSizes` and `batch-sizes` are one.
 *
 * @param show how messages write a name.
 */
export function axisNamed(
  text: string,
  place: string,
  show: (name: AxisName) => string = (name) => name,
): AxisName {
  const name = axisNames.find((known) => text === known || text === flagged(known));
  if (name !== undefined) return name;
  const meant = meantBy(text);
  const hint = meant ? ` (did you mean ${show(meant)}?)` : '';
  throw broken(place, `axes among ${axisNames.map(show).join(', ')}${hint}`, text);
}

export const axisNames = Object.keys(axisOptions) as AxisName[];

/** An option's own name stands for its axis too. */
function meantBy(text: string): AxisName | undefined {
  const known = new Map<string, AxisName>();
  for (const name of axisNames) {
    for (const word of [axisOptions[name], name, flagged(axisOptions[name]), flagged(name)]) {
      known.set(word, name);
    }
  }
  const word = nearest(text, [...known.keys()]);
  return word === undefined ? undefined : known.get(word);
}

/** `batchSizes` is written `batch-sizes` on the command line. */
export function flagged(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
