import type { Output } from '@kernel-methods/report';
import type { Config, Settings } from '../options/options.ts';
import { datasets } from '../parts/variants.ts';
import { cannotBeHad, standInWarning } from '../run/data.ts';
import { loadImages } from '../run/sources.ts';
import type { Request } from './request.ts';

/**
 * Sees to it that the data of all runs are on this machine before the first run, whose time would
 * otherwise hold a download. Where they cannot be had and no data set was asked for by name, all runs
 * are on synthetic digits: the request that comes back says so.
 *
 * @throws DatasetError where a data set that was asked for cannot be had.
 */
export async function dataFirst(
  request: Request,
  { signal, output }: { readonly signal: AbortSignal; readonly output: Output },
  load = loadImages,
): Promise<Request> {
  const { given, config, matrices } = request;
  const asked = matrices.flatMap(({ dataset = [] }) => dataset);
  const unasked = given.dataset === undefined && asked.length === 0;
  const all: Config['dataset'][] = asked.length > 0 ? [...new Set(asked)] : [config.dataset];
  try {
    for (const dataset of all) {
      if (dataset === 'synthetic') continue;
      await load({ ...config, dataset }, signal, output);
    }
  } catch (error) {
    if (!unasked || given.data !== undefined || signal.aborted || !cannotBeHad(error)) throw error;
    output.note(standInWarning(datasets[config.dataset], error));
    return withDataset(request, 'synthetic');
  } finally {
    output.clear();
  }
  return unasked ? withDataset(request, config.dataset) : request;
}

const withDataset = (request: Request, dataset: Settings['dataset']): Request => ({
  ...request,
  given: { ...request.given, dataset },
  config: { ...request.config, dataset },
});
