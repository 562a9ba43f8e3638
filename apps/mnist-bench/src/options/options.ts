import {
  fraction,
  integer,
  nonNegative,
  oneOf,
  option,
  orWord,
  path,
  positive,
  type Rule,
  redisUrl,
  share,
  type ValuesOf,
} from '@kernel-methods/runner/options';
import { backends } from '../parts/backends.ts';
import { kernels } from '../parts/kernels.ts';
import { type LossEntry, losses } from '../parts/losses.ts';
import { maps } from '../parts/maps.ts';
import { type RejectScoreEntry, rejectScores } from '../parts/reject-scores.ts';
import { solvers } from '../parts/solvers.ts';
import { tasks } from '../parts/tasks.ts';
import { datasets, mostRows, namesOf, variants } from '../parts/variants.ts';

/** Some digits, in ascending order: as a text, since a configuration holds texts and numbers. */
const someDigits: Rule<string> = {
  must: 'one to nine digits, separated by commas',
  schema: { type: 'string', pattern: '^[0-9](,[0-9])*$' },
  read(text) {
    const digits = new Set(text.split(',').map((part) => part.trim()));
    const isFine = digits.size < 10 && [...digits].every((digit) => /^[0-9]$/.test(digit));
    return isFine ? [...digits].sort().join(',') : undefined;
  },
};

/** The options of one run. */
export const options = {
  variant: option({
    value: 'NAME',
    rule: oneOf(namesOf(variants)),
    fallback: 'seed',
    help: 'what to run; it sets the defaults of the other options',
    note: namesOf(variants)
      .map((name) => `${name}: ${variants[name]}`)
      .join('; '),
  }),
  task: option({
    value: 'NAME',
    rule: oneOf(namesOf(tasks)),
    fallback: 'classes',
    help: 'what is learned of an image',
    note: namesOf(tasks)
      .map((name) => `${name}: ${tasks[name].help}`)
      .join('; '),
  }),
  normal: option<string | undefined>({
    value: 'DIGITS',
    rule: someDigits,
    fallback: undefined,
    shown: 'all',
    help: 'the digits that are trained on, as 0,1,2; the others are unknown: in the test they are to be found, by --task novelty or --reject',
  }),
  reject: option<number | undefined>({
    value: 'X',
    rule: share,
    fallback: undefined,
    shown: 'nothing is rejected; 0.95 for novelty',
    help: 'say "none of these" of images that look unknown, such that this share of the known ones is still answered; classes choose the threshold on the validation rows',
  }),
  rejectScore: option({
    value: 'NAME',
    rule: oneOf(namesOf(rejectScores), aliasesIn(rejectScores)),
    fallback: 'relative-mahalanobis',
    help: 'the score that --reject compares with the threshold: how sure it is that an image is of a known class',
    note: namesOf(rejectScores)
      .map((name) => `${name}: ${rejectScores[name].help}`)
      .join('; '),
  }),
  deskew: option({
    value: 'WORD',
    rule: oneOf(['no', 'yes']),
    fallback: 'no',
    help: 'whether slanted digits are straightened first',
  }),
  filters: option({
    value: 'N',
    rule: integer(0, 1024),
    fallback: 0,
    help: 'number of convolutional filters whose features feed the random ones; 0: none',
  }),
  patchSize: option({
    value: 'N',
    rule: integer(2, 28),
    fallback: 5,
    help: 'height and width of a filter in pixels',
  }),
  grid: option({
    value: 'N',
    rule: integer(1, 28),
    fallback: 7,
    help: 'number of windows per side over which the responses to a filter are averaged',
  }),
  threshold: option({
    value: 'X',
    rule: nonNegative,
    fallback: 0.3,
    help: 'threshold that is subtracted from every response; a response below it counts as 0',
  }),
  kernel: option({
    value: 'NAME',
    rule: oneOf(namesOf(kernels)),
    fallback: 'gaussian',
    help: 'the kernel that the features approximate',
  }),
  map: option({
    value: 'NAME',
    rule: oneOf(namesOf(maps)),
    fallback: 'rff',
    help: 'the feature map',
    note: namesOf(maps)
      .map((name) => `${name}: ${maps[name].help}`)
      .join('; '),
  }),
  loss: option({
    value: 'NAME',
    rule: oneOf(namesOf(losses), aliasesIn(losses)),
    fallback: 'hinge',
    help: 'what is minimized',
    note: 'logistic is over all classes (softmax), binary-logistic one versus rest',
  }),
  solver: option({
    value: 'NAME',
    rule: oneOf(namesOf(solvers)),
    fallback: 'adam',
    help: 'how the weights are found',
    note: solverNote(),
  }),
  outputDim: option({
    value: 'N',
    rule: integer(1, 65_536),
    fallback: 4096,
    help: 'number of features',
  }),
  scale: option<number | undefined>({
    value: 'X',
    rule: positive,
    fallback: undefined,
    shown: namesOf(kernels)
      .map((name) => `${kernels[name].scale} for ${name}`)
      .join(', ')
      .concat('; with filters it depends on their number'),
    help: "the kernel's length scale, for pixels from 0 to 1",
  }),
  epochs: option({
    value: 'N',
    rule: integer(1, 10_000),
    fallback: 20,
    help: 'number of passes over the training rows',
  }),
  batchSize: option({
    value: 'N',
    rule: integer(1, mostRows),
    fallback: 128,
    help: 'rows per training step',
  }),
  l2: option<number | undefined>({
    value: 'X',
    rule: nonNegative,
    fallback: undefined,
    shown: "the solver's own",
    help: 'the penalty: mean loss + (l2/2) x squared norm of the weights',
  }),
  learningRate: option<number | undefined>({
    value: 'X',
    rule: positive,
    fallback: undefined,
    shown: "the solver's own; 0.001 for adam",
    help: 'step size of adam and sgd',
  }),
  rows: option<number | 'all'>({
    value: 'N',
    rule: orWord(integer(2, mostRows), 'all'),
    fallback: 'all',
    help: 'use only the first N training rows; the test set stays whole',
  }),
  validationSplit: option({
    value: 'X',
    rule: fraction,
    fallback: 0.2,
    help: 'fraction of the rows that is kept for validation; they are the last ones',
  }),
  seed: option({
    value: 'N',
    rule: integer(0, Number.MAX_SAFE_INTEGER),
    fallback: 0,
    help: 'seed of the frequencies, initial weights, batch order and synthetic data',
  }),
  backend: option({
    value: 'NAME',
    rule: oneOf(namesOf(backends)),
    fallback: namesOf(backends)[0],
    help: 'the tfjs backend',
  }),
  dataset: option({
    value: 'NAME',
    rule: oneOf(namesOf(datasets)),
    fallback: 'mnist',
    help: 'the data set',
    note: 'if MNIST is not available and was not asked for by name, synthetic digits replace it',
  }),
  data: option<string | undefined>({
    value: 'DIR',
    rule: path,
    fallback: undefined,
    help: "folder with the data set's files; without it, $KERNEL_METHODS_DATA, the user's cache and a download are tried in this order",
  }),
  save: option<string | undefined>({
    value: 'DIR',
    rule: path,
    fallback: undefined,
    help: 'save the trained model as a tfjs LayersModel',
  }),
  json: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write everything measured',
  }),
  machines: option<string | undefined>({
    value: 'URL',
    rule: redisUrl,
    fallback: undefined,
    shown: 'this one alone',
    help: 'train on the workers that listen at this Redis, as redis://host: direct, and newton with smooth losses',
  }),
  progress: option({
    value: 'WORD',
    rule: oneOf(['text', 'json']),
    fallback: 'text',
    help: 'form of the output: text for people, or one line of JSON per event, ending with the report',
  }),
};

/** Solvers with equal words stand together. */
function solverNote(): string {
  const names = new Map<string, string[]>();
  for (const name of namesOf(solvers)) {
    const { help } = solvers[name];
    names.set(help, [...(names.get(help) ?? []), name]);
  }
  return [...names].map(([help, alike]) => `${alike.join(', ')}: ${help}`).join('; ');
}

/** The other names of a table's entries, with the names that they stand for. */
function aliasesIn<N extends string>(
  table: Readonly<Record<N, LossEntry | RejectScoreEntry>>,
): Readonly<Record<string, N>> {
  return Object.fromEntries(
    namesOf(table).flatMap((name) => (table[name].aliases ?? []).map((alias) => [alias, name])),
  );
}

/** The values as given or by default. */
export type Settings = ValuesOf<typeof options>;

/** The settings with nothing left open: what the run does. */
export type Config = Omit<Settings, 'scale'> & { readonly scale: number };

export type OptionName = keyof typeof options;
