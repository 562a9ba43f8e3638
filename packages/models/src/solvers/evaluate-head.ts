import type { Loss } from '@kernel-methods/losses';
import type { Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import { countOf } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import type { Means } from './running-means.ts';
import type { SolverContext } from './solver.ts';
import { Tally } from './tally.ts';

/** A head, and what is asked of it. */
export interface EvaluatedHead {
  readonly head: Head;
  readonly loss: Loss;
  readonly classify: boolean;
}

/** The mean loss of a head over rows, and the share that is classified correctly, if requested. */
export async function evaluateHead(
  examples: Examples,
  { head, loss, classify }: EvaluatedHead,
  { numerics, signal, onProgress }: SolverContext,
  phase: 'train' | 'validate',
): Promise<Means> {
  const { rows, width, units } = examples;
  const turns = eventLoopYielder();
  const tally = new Tally(loss, classify);
  const matrix = numerics.matrix(head.weights, units, width);
  const bias = numerics.matrix(head.bias, 1, units);
  let step = 0;
  try {
    for await (const chunk of examples.chunks()) {
      signal.throwIfAborted();
      const { picked, targets, weights } = chunk;
      const predictions = await scoresInTurns(numerics, chunk, { weights: matrix, bias }, signal);
      tally.add({ targets, predictions, units, weights });
      step += countOf(picked);
      onProgress?.({ phase, epoch: 1, epochs: 1, step, steps: rows });
      if (turns.isDue()) await turns.take();
    }
    signal.throwIfAborted();
  } finally {
    matrix.dispose();
    bias.dispose();
  }
  return tally.means;
}
