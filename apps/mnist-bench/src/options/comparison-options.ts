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
} from './rules.ts';

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
    help: 'runs every sensible combination, as in: --matrix kernels=gaussian,laplacian losses=hinge,mse dims=512,1024 seeds=3; an axis is the plural of an option; given again, another product',
  }),
  config: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'reads options, matrix and these from a JSON file (bench.schema.json describes it); the command line comes first',
  }),
  against: option<readonly PeerName[] | undefined>({
    value: 'NAMES',
    rule: someOf(peerNames),
    fallback: undefined,
    help: 'runs these peers too, on the same data, in turn with ours',
  }),
  peerSeeds: option<number | undefined>({
    value: 'N',
    rule: integer(1, 1000),
    fallback: undefined,
    shown: 'all',
    help: 'the peers take the first N seeds alone',
  }),
  python: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    shown: 'the environment that --make-python made',
    help: 'the Python that runs the peers written in it',
  }),
  makePython: option({
    rule: flag,
    fallback: false,
    help: 'makes an environment for these peers, with pinned versions, where there is none yet',
  }),
  repeats: option({
    value: 'N',
    rule: integer(1, 1000),
    fallback: 1,
    help: 'runs of each combination and seed, for the spread of its time',
  }),
  warmup: option({
    value: 'N',
    rule: integer(0, 100),
    fallback: 0,
    help: 'runs of each combination before, which do not count',
  }),
  timeout: option<number | undefined>({
    value: 'SECONDS',
    rule: positive,
    fallback: undefined,
    shown: 'none',
    help: 'ends a run that takes longer; the others go on',
  }),
  dryRun: option({
    rule: flag,
    fallback: false,
    help: 'only lists what would run, with an estimate of time and memory',
  }),
  results: option({
    value: 'FILE',
    rule: path,
    fallback: 'mnist-bench.jsonl',
    help: 'where each result goes as soon as it is there',
  }),
  resume: option({
    rule: flag,
    fallback: false,
    help: 'goes on where a stopped or killed comparison with these --results was',
  }),
  sort: option({
    value: 'WORD',
    rule: oneOf(sorts),
    fallback: 'accuracy',
    help: 'what the table goes by',
  }),
  csv: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write a line a run',
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
    help: 'write accuracy over seconds as a picture',
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
