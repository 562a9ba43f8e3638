import { maps } from '../../options/choices.ts';
import type { Config } from '../../options/options.ts';
import { isOurs, type Point } from './points.ts';

export type Ours = Point & { readonly config: Config };

export const oursOf = (points: readonly Point[]): Ours[] =>
  points.filter((point): point is Ours => isOurs(point));

/** Whether the variant's map approximates a kernel. */
export const hasKernel = ({ config: { map } }: Ours) => maps[map]?.kernel ?? true;

/** What is told first of what tells variants apart. */
const telling = ['kernel', 'loss', 'solver', 'map', 'outputDim', 'filters', 'deskew'] as const;

/** Names of configurations by what differs among them, with nothing that all share. */
export function namesApart(
  configs: readonly Config[],
  without: readonly (keyof Config)[],
): Map<Config, string> {
  const left = (
    [
      ...telling,
      'variant',
      'scale',
      'l2',
      'epochs',
      'batchSize',
      'learningRate',
      'rows',
      'backend',
      'dataset',
    ] as const
  )
    .filter((key) => !without.includes(key))
    .filter((key) => new Set(configs.map((config) => config[key])).size > 1)
    // The scale goes with the kernel, and needs no word where the kernel has said it.
    .filter((key) => key !== 'scale' || !oneToOne(configs));
  const word = (config: Config, key: keyof Config) => {
    const value = config[key];
    if (value === undefined) return [];
    return telling.slice(0, 4).includes(key as 'kernel') ? `${value}` : `${key} ${value}`;
  };
  return new Map(
    configs.map((config) => [
      config,
      left.flatMap((key) => word(config, key)).join(', ') || config.map,
    ]),
  );
}

const oneToOne = (configs: readonly Config[]) =>
  new Set(configs.map(({ kernel }) => kernel)).size ===
  new Set(configs.map(({ kernel, scale }) => `${kernel} ${scale}`)).size;
