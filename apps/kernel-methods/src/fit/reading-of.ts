import { absolute } from '../data/reader-options.ts';
import type { FitSettings } from '../options/options.ts';
import { type Reading, readingOptions } from '../options/reading-options.ts';

/** What the rows were made of: kept with a model, so that it can be made again with more rows. */
export function readingOf(settings: FitSettings): Partial<FitSettings> {
  const { labelSeparator, groups, weights, drop } = settings;
  const { interval, reject, rejectMistakes, rejectScore } = settings;
  const reading = Object.keys(readingOptions).map((name) => [
    name,
    settings[name as keyof Reading],
  ]);
  return {
    ...Object.fromEntries(reading),
    beside: settings.beside?.map(absolute),
    labelSeparator,
    groups,
    weights,
    drop,
    interval,
    reject,
    rejectMistakes,
    rejectScore,
  };
}
