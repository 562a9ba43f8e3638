import { createRandom } from '@kernel-methods/random';
import { batchesOf } from '../data/batches.ts';
import type { Examples } from '../data/examples.ts';
import { scoresInTurns } from '../numerics/in-turns.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { runEpochs } from '../solvers/epochs.ts';
import { OwnedMatrices } from '../solvers/owned-matrices.ts';
import type { SolverContext } from '../solvers/solver.ts';
import type { OneClassSvmOptions, Plane } from './plane.ts';
import { lowestShare } from './threshold.ts';

interface Options extends Pick<Required<OneClassSvmOptions>, 'nu'> {
  /** Weights to continue from. */
  readonly from: Float32Array | undefined;
  /** Called after each epoch with the plane so far. */
  write(plane: Pick<Plane, 'weights' | 'rho' | 'unseen'>): void;
}

/** The lowest share of a batch should hold this many rows, or its mean would be biased. */
const LOWEST_ROWS = 16;
/** More steps gain less than the lowest scores of a batch err: there are as many passes as these need. */
const STEPS = 3000;
/** The scores from which the plane is found, those of the last batches. */
const SCORES = 2 ** 16;

/**
 * Minimizes ½‖w‖² − (mean of the lowest share ν of all w·z): each step moves w by 2/(t + 1) of the way
 * to the mean of the rows with the lowest scores of its batch. The result is the mean of all w so far,
 * that of step t counting t times.
 *
 * @throws the signal's reason when aborted.
 */
export async function solveByDescent(
  training: Examples,
  { nu, from, write }: Options,
  context: SolverContext,
): Promise<Plane> {
  const { numerics, signal, seed, onProgress, onEpochEnd } = context;
  const { width } = training;
  const batchSize = Math.max(context.batchSize, Math.ceil(LOWEST_ROWS / nu));
  const stepsPerEpoch = Math.ceil(training.rows / batchSize);
  const wanted = Math.max(1, Math.ceil(STEPS / stepsPerEpoch));
  const epochs = Math.min(context.epochs, wanted);
  const owned = new OwnedMatrices(numerics);
  const turns = eventLoopYielder();
  let weights = from === undefined ? new Float32Array(width) : from.slice();
  let mean = weights.slice();
  // A head to continue from counts as much as an epoch.
  let t = from === undefined ? 0 : stepsPerEpoch;
  let plane = { weights: mean, rho: 0, unseen: 0 };
  try {
    const head = { weights: owned.zeros(1, width), bias: owned.zeros(1, 1) };
    const gradient = owned.zeros(1, width);
    const random = createRandom(seed).stream('batches');
    const run = await runEpochs({
      epochs,
      signal,
      async train(epoch) {
        let step = 0;
        const options = { random: random.stream(`epoch ${epoch}`), batchSize };
        for await (const chunk of training.chunks(options)) {
          for (const batch of batchesOf(chunk, batchSize)) {
            numerics.write(head.weights, weights);
            const scores = await scoresInTurns(numerics, batch, head, signal);
            const lowest = lowestOf(scores, nu, batch.weights);
            if (lowest === undefined) continue;
            numerics.gradient(batch.z, batch.picked, lowest, gradient);
            const towards = await numerics.read(gradient);
            t++;
            const rate = 2 / (t + 1);
            weights = weights.map((value, i) => value + rate * (towards[i] - value));
            mean = mean.map((value, i) => value + rate * (weights[i] - value));
            step++;
            if (!turns.isDue()) continue;
            onProgress?.({ phase: 'train', epoch, epochs, step, steps: stepsPerEpoch });
            await turns.take();
            signal.throwIfAborted();
          }
        }
        numerics.write(head.weights, mean);
        const last = await someScores(training, head, context);
        plane = { weights: mean, ...planeOf(last, nu) };
        write(plane);
        return { loss: lossOf(last, plane.rho) };
      },
      validate: async () => undefined,
      onEpochEnd: async (record) =>
        onEpochEnd?.(record, async () => ({
          weights: mean.slice(),
          bias: Float32Array.of(-plane.rho),
        })),
    });
    return { ...plane, stopped: run.stopped, history: run.history };
  } finally {
    owned.dispose();
  }
}

interface Scored {
  readonly scores: readonly number[];
  readonly weights: readonly number[];
}

/** The weights with which the rows of the lowest scores, a share ν of a batch, make up a mean. */
function lowestOf(
  scores: Float32Array,
  nu: number,
  weights: Float32Array | undefined,
): Float32Array | undefined {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? scores.length;
  if (total === 0) return undefined;
  const out = new Float32Array(scores.length);
  let left = nu * total;
  for (const row of order) {
    const share = Math.min(weights?.[row] ?? 1, left);
    out[row] = share / (nu * total);
    left -= share;
    if (left <= 0) break;
  }
  return out;
}

/** The scores of rows, evenly spread where there are very many. */
async function someScores(
  training: Examples,
  head: Parameters<typeof scoresInTurns>[2],
  { numerics, signal }: SolverContext,
): Promise<Scored> {
  const scores: number[] = [];
  const own: number[] = [];
  const turns = eventLoopYielder();
  const stride = Math.max(1, Math.ceil(training.rows / SCORES));
  let row = 0;
  for await (const chunk of training.chunks()) {
    const values = await scoresInTurns(numerics, chunk, head, signal);
    values.forEach((value, i) => {
      if (row++ % stride !== 0) return;
      scores.push(value);
      own.push(chunk.weights?.[i] ?? 1);
    });
    if (turns.isDue()) await turns.take();
    signal.throwIfAborted();
  }
  return { scores, weights: own };
}

/** The plane below which a share ν of the rows lies. */
const planeOf = ({ scores, weights }: Scored, nu: number) => ({
  rho: lowestShare(scores, nu, weights),
  // Among so many rows, one more or less moves the plane by nothing.
  unseen: 0,
});

/** The mean of max(0, ρ − w·z). */
function lossOf({ scores, weights }: Scored, rho: number): number {
  let [sum, total] = [0, 0];
  scores.forEach((score, i) => {
    sum += weights[i] * Math.max(0, rho - score);
    total += weights[i];
  });
  return sum / total;
}
