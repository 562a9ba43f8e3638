import { count, plural } from '@kernel-methods/report';
import type { Config } from '../options/options.ts';
import { type Axes, type AxisOption, axisOptions } from './axes.ts';
import { unusedBy } from './unused.ts';

/** What a run is called: the options that differ between the runs, the others go without saying. */
export type Namer = {
  /** Of a run: without the options that it does not use. */
  job(config: Config): string;
  /** Of any combination. */
  combination(config: Config): string;
};

/**
 * Names for the product of the axes. Where nothing differs, what was given makes the name.
 *
 * @param always options that are shown although they do not differ here: they do elsewhere.
 */
export function createNamer(
  axes: Axes,
  given: Partial<Config>,
  always: readonly AxisOption[] = [],
): Namer {
  const differ = named.filter(
    (option) => (axes[option]?.length ?? 0) > 1 || always.includes(option),
  );
  const told = named.filter((option) => given[option] !== undefined || axes[option] !== undefined);
  const all = ['variant', ...told] as const;
  const shown = differ.length > 0 ? differ : all;
  const nameBy = (config: Config, options: readonly AxisOption[]) =>
    partsOf(config, new Set(options)).join(', ');
  return {
    job(config) {
      const unused = new Set(unusedBy(config).flatMap(({ options }) => options));
      const used = (options: readonly AxisOption[]) => options.filter((name) => !unused.has(name));
      // Where nothing that differs is used, what was given makes the name.
      return nameBy(config, used(shown)) || nameBy(config, used(all));
    },
    combination: (config) => nameBy(config, shown),
  };
}

const named = Object.values(axisOptions).filter((option) => option !== 'seed');

function partsOf(config: Config, shown: ReadonlySet<AxisOption>): string[] {
  const texts: Record<Exclude<AxisOption, 'seed'>, string | undefined> = {
    variant: config.variant,
    task: config.task,
    normal: config.normal === undefined ? undefined : `digits ${config.normal}`,
    reject: config.reject === undefined ? undefined : `${config.reject} answered`,
    rejectScore: `sure by ${config.rejectScore}`,
    dataset: config.dataset,
    deskew: config.deskew === 'yes' ? 'deskewed' : 'not deskewed',
    filters: config.filters === 0 ? 'no filters' : plural(config.filters, 'filter'),
    patchSize: `patches of ${config.patchSize}`,
    grid: `grid of ${config.grid}`,
    threshold: `threshold ${config.threshold}`,
    kernel: config.kernel,
    scale: `scale ${config.scale}`,
    loss: config.loss,
    solver: config.solver,
    // "rff 4,096" says both.
    map: shown.has('outputDim') ? `${config.map} ${count(config.outputDim)}` : config.map,
    outputDim: shown.has('map') ? undefined : plural(config.outputDim, 'feature'),
    epochs: plural(config.epochs, 'epoch'),
    batchSize: `batches of ${count(config.batchSize)}`,
    l2: config.l2 === undefined ? undefined : `l2 ${config.l2}`,
    learningRate:
      config.learningRate === undefined ? undefined : `step size ${config.learningRate}`,
    rows: config.rows === 'all' ? 'all rows' : plural(config.rows, 'row'),
    validationSplit: `validation ${config.validationSplit}`,
    backend: config.backend,
  };
  return (Object.keys(texts) as (keyof typeof texts)[])
    .filter((option) => shown.has(option))
    .flatMap((option) => texts[option] ?? []);
}

/** "arc-cosine uses no kernel, no scale": why these options make no difference. */
export function reasonOf(config: Config, differing: readonly AxisOption[]): string {
  const reasons = unusedBy(config).flatMap(({ options, by }) => {
    const words = differing.filter((option) => options.includes(option)).map(wordOf);
    return words.length === 0 ? [] : [`${by} uses no ${words.join(' and no ')}`];
  });
  return reasons.join(', and ') || 'nothing that counts differs';
}

const wordOf = (option: AxisOption) =>
  option === 'outputDim'
    ? 'number of features'
    : option.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
