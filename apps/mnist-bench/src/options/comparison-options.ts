import {
  axis,
  flag,
  integer,
  oneOf,
  option,
  path,
  positive,
  someOf,
  type ValuesOf,
} from '@kernel-methods/runner/options';

export const peerNames = ['keras', 'sklearn', 'libsvm', 'numpy', 'libsvm-js', 'ml-svm'] as const;
export type PeerName = (typeof peerNames)[number];

export const sorts = ['accuracy', 'seconds', 'memory'] as const;
export type Sort = (typeof sorts)[number];

/** The options of a comparison: many runs, each in a process of its own. */
export const comparisonOptions = {
  matrix: option<string | undefined>({
    value: 'AXIS=A,B…',
    rule: axis,
    fallback: undefined,
    help: 'run every sensible combination, as in: --matrix kernels=gaussian,laplacian losses=hinge,mse dims=512,1024 seeds=3; an axis is the plural of an option; each further --matrix adds another product',
  }),
  config: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'read options, matrix and these from a JSON file (described by bench.schema.json); the command line takes precedence',
  }),
  against: option<readonly PeerName[] | undefined>({
    value: 'NAMES',
    rule: someOf(peerNames),
    fallback: undefined,
    help: 'also run these peers, on the same data, alternating with our runs',
  }),
  peerSeeds: option<number | undefined>({
    value: 'N',
    rule: integer(1, 1000),
    fallback: undefined,
    shown: 'all',
    help: 'run the peers with the first N seeds only',
  }),
  python: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    shown: 'the environment that --make-python made',
    help: 'the Python interpreter for the peers that are written in Python',
  }),
  makePython: option({
    rule: flag,
    fallback: false,
    help: 'create an environment with pinned versions for these peers, where there is none yet',
  }),
  repeats: option({
    value: 'N',
    rule: integer(1, 1000),
    fallback: 1,
    help: 'runs of each combination and seed, to measure the spread of its time',
  }),
  warmup: option({
    value: 'N',
    rule: integer(0, 100),
    fallback: 0,
    help: 'warm-up runs of each combination, which are not recorded',
  }),
  timeout: option<number | undefined>({
    value: 'SECONDS',
    rule: positive,
    fallback: undefined,
    shown: 'none',
    help: 'stop a run that takes longer, and go on with the others',
  }),
  dryRun: option({
    rule: flag,
    fallback: false,
    help: 'only list what would run, with an estimate of time and memory',
  }),
  results: option({
    value: 'FILE',
    rule: path,
    fallback: 'mnist-bench.jsonl',
    help: 'file to which each result is appended as soon as it is known',
  }),
  resume: option({
    rule: flag,
    fallback: false,
    help: 'continue a stopped or killed comparison with these --results',
  }),
  sort: option({
    value: 'WORD',
    rule: oneOf(sorts),
    fallback: 'accuracy',
    help: 'what the table is sorted by',
  }),
  csv: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write one line per run',
  }),
  markdown: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write the table for a README',
  }),
  svg: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write a plot of accuracy over seconds',
  }),
  html: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write a report that opens without a network',
  }),
};

export type ComparisonSettings = ValuesOf<typeof comparisonOptions>;
export type ComparisonOptionName = keyof typeof comparisonOptions;
