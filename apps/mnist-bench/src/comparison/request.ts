import { type Axes, readAxes } from '../matrix/axes.ts';
import { readConfigFile } from '../matrix/config-file.ts';
import { type ComparisonSettings, comparisonOptions } from '../options/comparison-options.ts';
import { complete } from '../options/complete.ts';
import type { Config, Settings } from '../options/options.ts';
import type { Invocation } from '../options/parse.ts';

/** What is asked of a comparison, from the command line and the file that it names. */
export interface Request {
  /** Options of a run that were named: the base of all combinations. */
  readonly given: Partial<Settings>;
  /** These options, with the defaults. */
  readonly config: Config;
  /** A product each. */
  readonly matrices: readonly Axes[];
  readonly settings: ComparisonSettings;
}

/**
 * The command line comes before the file. Its matrices take the place of the file's.
 *
 * @throws UsageError naming what is wrong.
 */
export function resolveRequest({ given, comparison = {}, matrices }: Invocation): Request {
  const file = comparison.config === undefined ? undefined : readConfigFile(comparison.config);
  const base = { ...file?.given, ...given };
  const own = matrices.map(readAxes);
  const inFile = file?.matrices ?? [];
  const asked = own.length > 0 ? own : inFile;
  return {
    given: base,
    config: complete(base),
    matrices: asked.length > 0 ? asked : [{}],
    settings: { ...defaults, ...file?.comparison, ...comparison },
  };
}

const defaults = Object.fromEntries(
  Object.entries(comparisonOptions).map(([name, { fallback }]) => [name, fallback]),
) as ComparisonSettings;
