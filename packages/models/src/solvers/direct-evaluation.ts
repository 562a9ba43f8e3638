import type { Loss } from '@kernel-methods/losses';
import { classIndices } from '../class-indices.ts';
import type { Examples } from '../examples.ts';
import { countOf } from '../numerics/numerics.ts';
import { turnTaker } from '../turn-taker.ts';
import type { Head, SolverContext } from './solver.ts';

interface Task {
  readonly head: Head;
  readonly loss: Loss;
  readonly classify: boolean;
}

/** The weighted mean loss of a head over rows; the share that is classified rightly, if that is asked. */
export async function evaluateHead(
  examples: Examples,
  { head, loss, classify }: Task,
  { numerics, signal, onProgress }: SolverContext,
  phase: 'train' | 'validate',
): Promise<{ loss: number; accuracy?: number }> {
  const { rows, width, units } = examples;
  const turns = turnTaker();
  const weights = numerics.matrix(head.weights, units, width);
  const bias = numerics.matrix(head.bias, 1, units);
  let [losses, weight, right, step] = [0, 0, 0, 0];
  try {
    for await (const { z, picked, targets, weights: s } of examples.chunks()) {
      signal.throwIfAborted();
      const predictions = await numerics.scores(z, picked, weights, bias);
      const count = countOf(picked);
      const values = loss.values({ targets, predictions, units }, new Float64Array(count));
      values.forEach((value, row) => {
        losses += (s?.[row] ?? 1) * value;
        weight += s?.[row] ?? 1;
      });
      if (classify) {
        const expected = classIndices(targets, units);
        classIndices(predictions, units).forEach((index, row) => {
          right += Number(index === expected[row]);
        });
      }
      step += count;
      onProgress?.({ phase, epoch: 1, epochs: 1, step, steps: rows });
      if (turns.isDue()) await turns.take();
    }
    signal.throwIfAborted();
  } finally {
    weights.dispose();
    bias.dispose();
  }
  return { loss: losses / weight, ...(classify && { accuracy: right / step }) };
}
