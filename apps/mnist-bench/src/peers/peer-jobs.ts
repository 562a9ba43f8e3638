import { fileURLToPath } from 'node:url';
import { count } from '@kernel-methods/report';
import type { Command } from '@kernel-methods/runner';
import { flagOf } from '@kernel-methods/runner/options';
import type { PeerName } from '../options/comparison-options.ts';
import type { Settings } from '../options/options.ts';
import { datasets } from '../parts/variants.ts';
import type { Job, PeerConfig } from '../records/job.ts';
import type { PeerData } from './peer-data.ts';
import { type Program, programsOf } from './programs.ts';

export interface PeerRequest {
  /** Run options that were named: `rows`, and what means the same to a peer. */
  readonly given: Partial<Settings>;
  readonly seeds: readonly number[];
  readonly repeats: number;
  /** Where the peers find the data. */
  readonly data: PeerData;
  /** What ensurePython found; not needed for peers in JavaScript alone. */
  readonly python?: string;
}

/**
 * The runs of the peers, in turns as ours: all with the first seed, then with the next, then all
 * again for each repeat. What draws nothing is run with the first seed alone.
 */
export function peerJobs(names: readonly PeerName[], request: PeerRequest): Job[] {
  const { given, seeds, repeats, data } = request;
  const programs = names.flatMap((name) => programsOf(name, given));
  const drawsData = data.dataset === 'synthetic';
  const jobs = Array.from({ length: repeats }, (_, repeat) =>
    seeds.flatMap((seed, turn) =>
      programs
        .filter(({ seeded }) => seeded || drawsData || turn === 0)
        .map((program) => jobOf(program, seed, repeat, request)),
    ),
  ).flat();
  // Sizes that are given to all may make two programs one.
  return [...new Map(jobs.map((job) => [job.key, job])).values()];
}

function jobOf(program: Program, seed: number, repeat: number, request: PeerRequest): Job {
  const { mostRows = Number.POSITIVE_INFINITY } = program;
  const { rows: asked = 'all' } = request.given;
  const limit = asked === 'all' ? mostRows : Math.min(asked, mostRows);
  const rows = Number.isFinite(limit) ? limit : 'all';
  const { dataset } = request.data;
  const config: PeerConfig = { program: program.file, dataset, rows, ...program.settings };
  const settings = Object.entries(config).map(([name, value]) => `${name}=${value}`);
  return {
    key: `${program.system} ${settings.join(' ')} seed=${seed} repeat=${repeat}`,
    system: program.system,
    variant: rows === 'all' ? program.title : `${program.title}, ${count(rows)} rows`,
    seed,
    repeat,
    config,
    command: commandOf(program, rows, seed, request),
  };
}

function commandOf(
  { file, packages, settings }: Program,
  rows: number | 'all',
  seed: number,
  { data, python }: PeerRequest,
): Command {
  const folder = data.folder(seed);
  const common = { seed, ...(rows !== 'all' && { rows }), ...settings };
  if (packages === undefined) {
    const path = fileURLToPath(new URL(`programs/${file}.ts`, import.meta.url));
    // Synthetic digits it draws itself, from the seed.
    const from = data.dataset === 'synthetic' ? {} : { data: folder };
    return {
      file: process.execPath,
      args: [
        '--conditions=@kernel-methods/source',
        '--disable-warning=ExperimentalWarning',
        path,
        ...toArgs({ dataset: data.dataset, ...from, ...common }),
      ],
    };
  }
  if (python === undefined) throw new Error(`${file}.py needs a Python.`);
  const path = fileURLToPath(new URL(`../../peers/${file}.py`, import.meta.url));
  const from = { data: folder, dataset: datasets[data.dataset], origin: data.origin(seed) };
  // -B: without its compiled files beside the sources.
  return {
    file: python,
    args: ['-B', path, ...toArgs({ ...from, ...common })],
    env: { [endsWithInput]: '1' },
  };
}

/** Tells peers/peer.py that this program holds its input open: when it closes, this one has gone. */
const endsWithInput = 'MNIST_BENCH_ENDS_WITH_INPUT';

/** One word each, so that a value may start with a dash. */
const toArgs = (options: Readonly<Record<string, unknown>>) =>
  Object.entries(options).map(([name, value]) => `${flagOf(name)}=${value}`);
