import type { EpochRecord } from './progress.ts';
import type { Means } from './running-means.ts';
import type { Solution } from './solver.ts';

interface Epochs {
  readonly epochs: number;
  readonly signal: AbortSignal;
  /** One pass over the rows. */
  train(epoch: number): Promise<Means>;
  validate(epoch: number): Promise<Means | undefined>;
  /** A returned reason ends the training. */
  onEpochEnd(record: EpochRecord): Promise<string | undefined> | undefined;
}

/**
 * Trains epoch after epoch, until all are done or there is a reason to stop.
 *
 * @throws the signal's reason when aborted.
 */
export async function runEpochs(run: Epochs): Promise<Omit<Solution, 'l2'>> {
  const history: EpochRecord[] = [];
  const seconds = { train: 0, validate: 0 };
  let stopped: string | undefined;
  run.signal.throwIfAborted();
  for (let epoch = 1; epoch <= run.epochs && stopped === undefined; epoch++) {
    const start = performance.now();
    const trained = await run.train(epoch);
    const middle = performance.now();
    const validated = await run.validate(epoch);
    const end = performance.now();
    seconds.train += (middle - start) / 1000;
    seconds.validate += (end - middle) / 1000;
    const record = epochRecord(epoch, trained, validated, (end - start) / 1000);
    history.push(record);
    stopped = await run.onEpochEnd(record);
    run.signal.throwIfAborted();
  }
  return { history, stopped: stopped ?? 'epochs', seconds };
}

/** The record of an epoch. Values that were not counted are left out. */
export const epochRecord = (
  epoch: number,
  { loss = 0, accuracy }: Means,
  validated: Means | undefined,
  seconds: number,
): EpochRecord => ({
  epoch,
  loss,
  ...(accuracy !== undefined && { accuracy }),
  ...(validated?.loss !== undefined && { valLoss: validated.loss }),
  ...(validated?.accuracy !== undefined && { valAccuracy: validated.accuracy }),
  seconds,
});

/** @param step absent if only the weights after the last step show it. */
export const diverged = (epoch: number, step?: number): Error =>
  new Error(
    `The training diverged: the loss is no longer finite in epoch ${epoch}, ${step === undefined ? 'after the last step' : `step ${step}`}. Use a smaller \`learningRate\`, or standardize the rows.`,
  );
