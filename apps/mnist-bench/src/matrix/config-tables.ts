import { comparisonOptions } from '../options/comparison-options.ts';
import { options } from '../options/options.ts';
import { axisOptions } from './axes.ts';

/** The options of a run that a configuration file may set. */
export const fileOptions = Object.fromEntries(
  [...Object.values(axisOptions), 'data' as const].map((name) => [name, options[name]]),
);

const { matrix, config, makePython, dryRun, resume, ...kept } = comparisonOptions;

/**
 * The options of a comparison that a configuration file may set: those that say what to do this time
 * are for the command line alone. `json` is the comparison's here.
 */
export const fileComparisonOptions = { ...kept, json: options.json };
