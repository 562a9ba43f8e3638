import type { FitSettings } from '../options/options.ts';

/** What the rows were made of: kept with a model, so that it can be made again with more rows. */
export function readingOf(settings: FitSettings): Partial<FitSettings> {
  const { format, separator, quote, names, header, types, groups, weights, drop, coverage } =
    settings;
  return { format, separator, quote, names, header, types, groups, weights, drop, coverage };
}
