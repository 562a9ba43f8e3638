import type { RunRecord } from './run-record.ts';
import {
  amount,
  either,
  finite,
  list,
  object,
  orMissing,
  orNull,
  record,
  type Shape,
  scalar,
  text,
  whole,
  word,
} from './shape.ts';

/**
 * A record of a results file, checked wholly: what is read from here on can be drawn and printed.
 *
 * @throws UsageError naming the member that is wrong, the rule and the value.
 */
export function readRecord(value: unknown): RunRecord {
  const read = shape(value, '');
  outcomeIfDone(value, 'outcome');
  // What it holds besides stays: a later version of this program may have written it.
  return { ...(value as RunRecord), system: read.system as RunRecord['system'] };
}

const seconds = orNull(amount());

const outcome = object({
  dataset: orMissing(
    object({
      name: text,
      origin: text,
      checksum: text,
      rows: object({ train: whole, validation: whole, test: whole }),
    }),
  ),
  epochs: list(
    object({
      epoch: whole,
      loss: orMissing(finite),
      accuracy: orMissing(amount(0, 1)),
      valLoss: orMissing(finite),
      valAccuracy: orMissing(amount(0, 1)),
      seconds: orMissing(amount()),
    }),
  ),
  testAccuracy: orNull(amount(0, 1)),
  testLoss: orNull(finite),
  confusion: orMissing(list(list(whole))),
  worst: orMissing(
    list(object({ row: whole, truth: whole, predicted: whole, margin: finite, pixels: text })),
  ),
  open: orMissing(
    object({
      coverage: amount(0, 1),
      answeredAccuracy: orNull(amount(0, 1)),
      recall: orNull(amount(0, 1)),
      auroc: orNull(amount(0, 1)),
      curve: orNull(list(object({ coverage: amount(0, 1), risk: amount(0, 1) }))),
    }),
  ),
  reliability: orMissing(
    object({
      bins: list(
        object({
          from: amount(0, 1),
          to: amount(0, 1),
          count: whole,
          said: amount(0, 1),
          came: amount(0, 1),
          low: amount(0, 1),
          high: amount(0, 1),
        }),
      ),
      error: amount(0, 1),
      brier: amount(0, 1),
    }),
  ),
  seconds: object({
    load: seconds,
    features: seconds,
    train: seconds,
    validate: seconds,
    predict: seconds,
    save: seconds,
    total: amount(),
  }),
  peakMemory: amount(),
  versions: record(either(scalar, record(scalar))),
});

const shape = object({
  version: word(1),
  key: text,
  system: text,
  variant: text,
  seed: whole,
  repeat: whole,
  config: record(scalar),
  startedAt: text,
  status: word('done', 'failed', 'timeout'),
  reason: orNull(text),
  processSeconds: amount(),
  outcome: orNull(outcome),
});

const outcomeIfDone: Shape<unknown> = (value, place) => {
  const { status, outcome: found } = value as RunRecord;
  const rule = status === 'done' ? outcome : word(null);
  return rule(found, place);
};
