import { classAt } from '../../data/class-indices.ts';
import type { Examples } from '../../data/examples.ts';
import type { Head } from '../../data/head.ts';
import { scoresInTurns } from '../../numerics/in-turns.ts';
import { countOf } from '../../numerics/numerics.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import type { SolverContext } from '../solver.ts';
import { largestPlaces } from './largest-places.ts';

/** Two classes, the smaller index first. */
export type Pair = readonly [number, number];

/** What a linear head says of the rows. */
export interface Contests {
  /** The pairs of classes that stand among the largest scores of a row, those of most rows first. */
  readonly pairs: readonly Pair[];
  /** The class of each row. */
  readonly classes: Int32Array;
  /** The weight of each row. */
  readonly weights: Float32Array;
}

/**
 * Which pairs of classes compete for the rows.
 *
 * @param size the number of classes that compete for a row: those of the largest scores.
 * @param atMost the most pairs.
 * @throws the signal's reason when aborted.
 */
export async function contestsOf(
  examples: Examples,
  head: Head,
  { size, atMost }: { size: number; atMost: number },
  { numerics, signal }: Pick<SolverContext, 'numerics' | 'signal'>,
): Promise<Contests> {
  const { rows, units, width } = examples;
  const classes = new Int32Array(rows);
  const weights = new Float32Array(rows).fill(1);
  const counts = new Map<number, number>();
  const owned = new OwnedMatrices(numerics);
  const turns = eventLoopYielder();
  try {
    const linear = {
      weights: owned.matrix(head.weights, units, width),
      bias: owned.matrix(head.bias, 1, units),
    };
    let done = 0;
    for await (const chunk of examples.chunks()) {
      const scores = await scoresInTurns(numerics, chunk, linear, signal);
      if (chunk.weights !== undefined) weights.set(chunk.weights, done);
      const count = countOf(chunk.picked);
      for (let row = 0; row < count; row++, done++) {
        classes[done] = classAt(chunk.targets, row, units);
        const first = largestPlaces(scores, row * units, units, size).sort((a, b) => a - b);
        first.forEach((b, i) => {
          for (const a of first.slice(0, i)) {
            const code = a * units + b;
            counts.set(code, (counts.get(code) ?? 0) + weights[done]);
          }
        });
        if (turns.isDue()) await turns.take();
      }
      signal.throwIfAborted();
    }
  } finally {
    owned.dispose();
  }
  const byWeight = [...counts].sort(([a, s], [b, t]) => t - s || a - b).slice(0, atMost);
  const pairs = byWeight.map(([code]): Pair => [Math.floor(code / units), code % units]);
  return { pairs, classes, weights };
}
