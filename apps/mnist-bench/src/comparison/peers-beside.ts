import { count, type Output } from '@kernel-methods/report';
import { inTurns } from '../matrix/plan.ts';
import type { Config } from '../options/options.ts';
import { datasets } from '../parts/variants.ts';
import { ensurePython } from '../peers/ensure-python.ts';
import { type PeerData, preparePeerData } from '../peers/peer-data.ts';
import { peerJobs } from '../peers/peer-jobs.ts';
import type { Job } from '../records/job.ts';
import type { Request } from './request.ts';

export interface PeersBeside {
  /** Our runs and the peers', taking turns by seed and repeat. */
  inTurn(jobs: readonly Job[]): Job[];
  /** Removes what was written for the peers. */
  dispose(): void;
}

/** The peers that are asked for, on the data and the rows and with the seeds of our runs. */
export async function peersBeside(
  jobs: readonly Job[],
  request: Request,
  { signal, output }: { readonly signal: AbortSignal; readonly output: Output },
): Promise<PeersBeside> {
  const { against: names = [], python: named, makePython: make } = request.settings;
  if (names.length === 0) return { inTurn: (ours) => [...ours], dispose() {} };
  const python = await ensurePython({ names, python: named, make, signal, output });
  const data: PeerData[] = [];
  const dispose = () => {
    for (const one of data) one.dispose();
  };
  try {
    for (const dataset of unique(jobs, ({ dataset }) => dataset)) {
      const config = { ...request.config, dataset };
      data.push(await preparePeerData(config, seedsOf(jobs, request), { signal, output }));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return { inTurn: (ours) => inTurns([...ours, ...peersOn(data, jobs, request, python)]), dispose };
}

/** The same as a list alone, which needs neither data nor interpreter. */
export function listedBeside(jobs: readonly Job[], request: Request): Job[] {
  const data = unique(jobs, ({ dataset }) => dataset).map((dataset): PeerData => {
    return { dataset, origin: () => '', folder: () => '', dispose() {} };
  });
  return inTurns([...jobs, ...peersOn(data, jobs, request, 'python')]);
}

function peersOn(
  data: readonly PeerData[],
  jobs: readonly Job[],
  request: Request,
  python: string | undefined,
): Job[] {
  const { given, settings } = request;
  const { against: names = [], repeats } = settings;
  const seeds = seedsOf(jobs, request);
  const peers = data.flatMap((one) => {
    const ours = jobs.filter(({ config }) => (config as Config).dataset === one.dataset);
    return unique(ours, ({ rows }) => rows).flatMap((rows) =>
      peerJobs(names, { given: { ...given, rows }, seeds, repeats, data: one, python }),
    );
  });
  const several = {
    rows: unique(jobs, ({ rows }) => rows).length > 1,
    dataset: data.length > 1,
  };
  return [...new Map(peers.map((job) => [job.key, renamed(job, several)])).values()];
}

const seedsOf = (jobs: readonly Job[], { settings }: Request) =>
  [...new Set(jobs.map(({ seed }) => seed))].slice(0, settings.peerSeeds);

const unique = <T>(jobs: readonly Job[], of: (config: Config) => T) => [
  ...new Set(jobs.map(({ config }) => of(config as Config))),
];

/** Names that say on how many rows and on what, where there are several. */
function renamed(job: Job, several: { readonly rows: boolean; readonly dataset: boolean }): Job {
  const { rows, dataset } = job.config as Config;
  const words = [
    several.rows && (rows === 'all' ? 'all rows' : `${count(rows)} rows`),
    several.dataset && datasets[dataset],
  ].filter((word) => word !== false && !job.variant.endsWith(word));
  return { ...job, variant: [job.variant, ...words].join(', ') };
}
