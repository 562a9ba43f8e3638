import { inTurns } from '@kernel-methods/simd';
import { addAll } from '../solvers/direct.ts';
import { epochRecord } from '../solvers/epochs.ts';
import type { Problem, Solution, SolverContext } from '../solvers/solver.ts';
import type { Measure } from './distance.ts';
import type { NoveltySolver } from './novelty-solver.ts';
import { Scatter } from './scatter.ts';

/** A solver that measures distances: one pass over the rows, to which more may be added. */
export function distanceSolver(
  name: string,
  config: NoveltySolver['config'],
  measure: Measure,
): NoveltySolver {
  return {
    name,
    config,
    nu: measure.nu,
    start: 'zeros',
    passes: 'one',
    continues: 'state',
    solve: (problem, context) => solve(problem, context, measure),
  };
}

async function solve(
  { training, state }: Problem,
  context: SolverContext,
  measure: Measure,
): Promise<Solution> {
  const { numerics, signal, seed, onProgress, onEpochEnd } = context;
  signal.throwIfAborted();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const scatter =
    state instanceof Scatter
      ? state.clone(measure)
      : Scatter.empty(training.width, numerics, seed, measure);
  try {
    await addAll(scatter.accumulator, training, scatter.sample, context);
    const solving = { phase: 'solve', epoch: 1, epochs: 1, steps: 1 } as const;
    onProgress?.({ ...solving, step: 0 });
    const found = await inTurns(scatter.headSteps(), signal);
    onProgress?.({ ...solving, step: 1, loss: found.loss });
    const train = seconds();
    const record = epochRecord(1, { loss: found.loss }, undefined, train);
    const none = { weights: new Float32Array(training.width), bias: new Float32Array(1) };
    // An abort during this hook keeps what was learned: it is heard after the solution is returned.
    await onEpochEnd?.(record, async () => none);
    return {
      history: [record],
      stopped: 'exact',
      l2: 2 * found.added,
      ownHead: found.ownHead,
      state: scatter,
      seconds: { train, validate: 0 },
    };
  } catch (error) {
    scatter.dispose();
    throw error;
  }
}
