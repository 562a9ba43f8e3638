import { mostRows } from '../options/choices.ts';
import type { Config } from '../options/options.ts';
import { splitRows } from '../options/split-rows.ts';
import { createModel } from '../run/model.ts';

/** Why the configuration cannot run, in the words of who refuses it; undefined where it can. */
export function refusalOf(config: Config): string | undefined {
  return laterRefusal(config) ?? modelRefusal(config);
}

/** What the library would refuse too, but only when it has the data. */
function laterRefusal({ map, outputDim, rows, validationSplit }: Config): string | undefined {
  const { train } = splitRows(rows === 'all' ? mostRows : rows, validationSplit);
  return map === 'nystroem' && outputDim > train
    ? `nystroem takes its landmarks from the training rows: ${outputDim} of ${train} cannot be had`
    : undefined;
}

/** A model is made, which costs next to nothing before it sees data. */
function modelRefusal(config: Config): string | undefined {
  try {
    createModel(config).dispose();
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
