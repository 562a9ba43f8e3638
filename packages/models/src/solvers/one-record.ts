import type { Examples } from '../data/examples.ts';
import { epochRecord } from './epochs.ts';
import { type EvaluatedHead, evaluateHead } from './evaluate-head.ts';
import type { Means } from './running-means.ts';
import type { Solution, SolverContext } from './solver.ts';

/**
 * Ends a fit by a solver that knows no epochs: evaluates its head on the validation rows, and tells
 * the one record.
 *
 * @param trained what is known of the training rows.
 * @param start when the solver began, by `performance.now()`.
 * @returns with the reason to stop that was given.
 * @throws the signal's reason when aborted.
 */
export async function oneRecord(
  validation: Examples | undefined,
  task: EvaluatedHead,
  trained: Means,
  context: SolverContext,
  start: number,
): Promise<Pick<Solution, 'history' | 'seconds'> & { reason: string | undefined }> {
  const seconds = () => (performance.now() - start) / 1000;
  const train = seconds();
  const tested = validation && (await evaluateHead(validation, task, context, 'validate'));
  const record = epochRecord(1, trained, tested, seconds());
  const { weights, bias } = task.head;
  const reason = await context.onEpochEnd?.(record, async () => ({
    weights: weights.slice(),
    bias: bias.slice(),
  }));
  context.signal.throwIfAborted();
  return { history: [record], seconds: { train, validate: seconds() - train }, reason };
}
