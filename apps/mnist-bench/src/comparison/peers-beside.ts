import { inTurns } from '../matrix/plans.ts';
import type { Config } from '../options/options.ts';
import { ensurePython } from '../peers/ensure-python.ts';
import { preparePeerData } from '../peers/peer-data.ts';
import { peerJobs } from '../peers/peer-jobs.ts';
import { count } from '../terminal/format.ts';
import type { Output } from '../terminal/output.ts';
import type { Job } from './job.ts';
import type { Request } from './request.ts';

export interface PeersBeside {
  /** Our runs and the peers', taking turns by seed and repeat. */
  inTurn(jobs: readonly Job[]): Job[];
  /** Removes what was written for the peers. */
  dispose(): void;
}

/** The peers that are asked for, on the rows and with the seeds of our runs. */
export async function peersBeside(
  jobs: readonly Job[],
  { given, config, settings }: Request,
  { signal, output }: { readonly signal: AbortSignal; readonly output: Output },
): Promise<PeersBeside> {
  const { against: names = [], peerSeeds, repeats, python: named, makePython: make } = settings;
  if (names.length === 0) return { inTurn: (ours) => [...ours], dispose() {} };
  const unique = <T>(values: readonly T[]) => [...new Set(values)];
  const seeds = unique(jobs.map(({ seed }) => seed)).slice(0, peerSeeds);
  const sizes = unique(jobs.map((job) => (job.config as Config).rows));
  // What is only listed needs no interpreter.
  const python = settings.dryRun
    ? (named ?? 'python')
    : await ensurePython({ names, python: named, make, signal, output });
  const data = await preparePeerData(config, seeds, { signal, output });
  const peers = sizes.flatMap((rows) =>
    peerJobs(names, { given: { ...given, rows }, seeds, repeats, data, python }).map((job) =>
      sizes.length > 1 ? withRows(job) : job,
    ),
  );
  const byKey = new Map(peers.map((job) => [job.key, job]));
  return { inTurn: (ours) => inTurns([...ours, ...byKey.values()]), dispose: data.dispose };
}

/** Names that say on how many rows, where there are several sizes. */
function withRows(job: Job): Job {
  const { rows } = job.config;
  const words = rows === 'all' ? 'all rows' : `${count(Number(rows))} rows`;
  return job.variant.endsWith(words) ? job : { ...job, variant: `${job.variant}, ${words}` };
}
