import {
  flag,
  integer,
  oneOf,
  option,
  path,
  positive,
  redisUrl,
  type ValuesOf,
} from '@kernel-methods/runner/options';
import { readingOptions } from './reading-options.ts';
import { type RejectScore, rejectScoreNames, rejectScores } from './reject-scores.ts';
import { columns, duration, names, separator, share, word } from './rules.ts';

/** What all commands take. */
const saying = {
  json: option({
    rule: flag,
    fallback: false,
    help: 'print the result as JSON, and nothing else, on standard output',
  }),
  quiet: option({
    rule: flag,
    fallback: false,
    help: 'print results only, no progress and no notes',
  }),
};

const config = option<string | undefined>({
  value: 'FILE',
  rule: path,
  fallback: undefined,
  help: 'read options from a JSON file (kernel-methods schema prints its description); the command line takes precedence',
});

export const metrics = {
  classification: ['accuracy', 'balancedAccuracy', 'f1Macro', 'logLoss', 'rocAuc'],
  regression: ['r2', 'negMeanSquaredError', 'negMeanAbsoluteError'],
  multilabel: ['f1Micro', 'f1Macro', 'negHammingLoss', 'accuracy', 'rankingAveragePrecision'],
} as const;

export const fitOptions = {
  target: option<string | undefined>({
    value: 'COLUMN',
    rule: columns,
    fallback: undefined,
    help: 'the column to predict; several of 0 and 1, as a,b,c, are labels of which a row may have any number',
  }),
  time: option({
    value: 'TIME',
    rule: duration,
    fallback: 60,
    shown: '60s',
    help: 'how long to look for a good model, such as 30s, 5m or 1h',
  }),
  candidates: option<number | undefined>({
    value: 'N',
    rule: integer(1, 100000),
    fallback: undefined,
    help: 'try the first N candidates, however long it takes, instead of --time: the result then repeats',
  }),
  save: option<string | undefined>({
    value: 'FOLDER',
    rule: path,
    fallback: undefined,
    help: 'save the model; a model that is there is replaced at the end, at once',
  }),
  updatable: option({
    rule: flag,
    fallback: false,
    help: 'save with a model of least squares what update needs to learn from more rows without the earlier ones: 4 bytes for each pair of features',
  }),
  html: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write a report that opens without a network',
  }),
  program: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'write the TypeScript program that makes this model',
  }),
  task: option<'classification' | 'regression' | 'multilabel' | undefined>({
    value: 'NAME',
    rule: oneOf(['classification', 'regression', 'multilabel']),
    fallback: undefined,
    shown: 'by the target: numbers of more than two values are a regression',
    help: 'what the target is; multilabel: any number of labels in each row, such as a;b, an empty cell for none',
  }),
  labelSeparator: option<string | undefined>({
    value: 'SIGN',
    rule: separator,
    fallback: undefined,
    shown: ';',
    help: 'what stands between the labels of a cell, with several per row',
  }),
  metric: option<string | undefined>({
    value: 'NAME',
    rule: oneOf([...new Set(Object.values(metrics).flat())]),
    fallback: undefined,
    shown: 'accuracy, r2 or f1Micro',
    help: 'what makes one model better than another',
  }),
  groups: option<string | undefined>({
    value: 'COLUMN',
    rule: word,
    fallback: undefined,
    help: 'rows with the same value, such as those of one patient, stay together in training or testing',
  }),
  weights: option<string | undefined>({
    value: 'COLUMN',
    rule: word,
    fallback: undefined,
    help: 'how much each row counts in training',
  }),
  drop: option<readonly string[] | undefined>({
    value: 'A,B,…',
    rule: names,
    fallback: undefined,
    help: 'columns to leave out',
  }),
  interval: option<number | undefined>({
    value: 'SHARE',
    rule: share,
    fallback: undefined,
    shown: '0.9 around numbers, no sets of classes',
    help: 'how often the interval around a number, or the set of classes, is to hold the truth',
  }),
  reject: option<number | undefined>({
    value: 'SHARE',
    rule: share,
    fallback: undefined,
    help: 'give a class to this share of the rows, such as 0.95, and "none of these" to the rest, which are least like any class',
  }),
  rejectMistakes: option<number | undefined>({
    value: 'SHARE',
    rule: share,
    fallback: undefined,
    help: 'say "none of these" of the least certain rows, so that at most this share of the other answers is wrong, such as 0.02',
  }),
  rejectScore: option<RejectScore | undefined>({
    value: 'NAME',
    rule: oneOf(rejectScoreNames, { relativeMahalanobis: 'relative-mahalanobis' }),
    fallback: undefined,
    shown: 'relative-mahalanobis with --reject, energy with --reject-mistakes or of many features',
    help: 'the score that --reject or --reject-mistakes compares with the threshold: how sure it is that a row is of a known class',
    note: rejectScoreNames.map((name) => `${name}: ${rejectScores[name].help}`).join('; '),
  }),
  seed: option({
    value: 'N',
    rule: integer(0, 2 ** 31 - 1),
    fallback: 0,
    help: 'of everything that is drawn',
  }),
  machines: option<string | undefined>({
    value: 'URL',
    rule: redisUrl,
    fallback: undefined,
    shown: 'this one alone',
    help: 'search, and make the model on all rows, by the workers that listen at this Redis, as redis://host; they read the same files',
  }),
  results: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    help: 'keep each score in this file; a run that was stopped goes on from it',
  }),
  config,
  ...saying,
  ...readingOptions,
};

/** For the same model at another share than it was saved with. */
const interval = option<number | undefined>({
  value: 'SHARE',
  rule: share,
  fallback: undefined,
  shown: 'as the model was saved',
  help: 'how often intervals around numbers, or sets of classes, are to hold the truth',
});

export const predictOptions = {
  out: option<string | undefined>({
    value: 'FILE',
    rule: path,
    fallback: undefined,
    shown: 'standard output',
    help: 'where predictions go, as CSV',
  }),
  interval,
  keep: option<readonly string[] | undefined>({
    value: 'A,B,…',
    rule: names,
    fallback: undefined,
    help: 'columns of the input to copy beside the predictions, such as an identifier',
  }),
  quiet: saying.quiet,
  config,
  ...readingOptions,
};

export const evaluateOptions = { interval, ...saying, config, ...readingOptions };

export const explainOptions = { ...saying, config, ...readingOptions };

export const showOptions = saying;

export const updateOptions = {
  with: option<readonly string[] | undefined>({
    value: 'A,B,…',
    rule: names,
    fallback: undefined,
    shown: 'the files that the model was made from',
    help: 'the files of the earlier rows, where they lie elsewhere now',
  }),
  save: option<string | undefined>({
    value: 'FOLDER',
    rule: path,
    fallback: undefined,
    shown: 'the same folder',
    help: 'where the updated model goes',
  }),
  ...saying,
  config,
  ...readingOptions,
};

export const serveOptions = {
  port: option({
    value: 'N',
    rule: integer(0, 65535),
    fallback: 8080,
    help: 'the port; 0: any that is free',
  }),
  host: option({
    value: 'NAME',
    rule: word,
    fallback: '127.0.0.1',
    help: 'the address to listen on; 0.0.0.0 is all of them, and should have a --token',
  }),
  token: option<string | undefined>({
    value: 'TEXT',
    rule: { ...word, shown: () => '…' },
    fallback: undefined,
    help: 'what requests must send as: Authorization: Bearer TEXT',
  }),
  interval,
  mostRows: option({
    value: 'N',
    rule: integer(1, 10_000_000),
    fallback: 100_000,
    help: 'the most rows of a request',
  }),
  mostMegabytes: option({
    value: 'X',
    rule: positive,
    fallback: 32,
    help: 'the most megabytes of a request',
  }),
  concurrency: option({
    value: 'N',
    rule: integer(1, 100_000),
    fallback: 256,
    help: 'the most requests that are answered at a time; others are told to try again (503)',
  }),
  quiet: saying.quiet,
  config,
};

export type FitSettings = ValuesOf<typeof fitOptions>;
export type PredictSettings = ValuesOf<typeof predictOptions>;
export type EvaluateSettings = ValuesOf<typeof evaluateOptions>;
export type ExplainSettings = ValuesOf<typeof explainOptions>;
export type ShowSettings = ValuesOf<typeof showOptions>;
export type UpdateSettings = ValuesOf<typeof updateOptions>;
export type ServeSettings = ValuesOf<typeof serveOptions>;
