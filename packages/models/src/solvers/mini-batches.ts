import { createRandom } from '@kernel-methods/random';
import { batchesOf } from '../data/batches.ts';
import type { Head } from '../data/head.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { diverged, runEpochs } from './epochs.ts';
import { HeadInTraining, isFiniteHead } from './head-in-training.ts';
import { measuresOf, type Optimizer, type OptimizerFor } from './optimizer.ts';
import type { Problem, Solution, SolverContext } from './solver.ts';
import { Tally } from './tally.ts';

/**
 * Trains the head with an optimizer on one mini-batch after the other, epoch after epoch, in an
 * order that is repeatable from the seed. The gradient of a batch is Σ s·∂loss / rows, the weights
 * s scaled to mean 1 over all rows; `l2` is 0 unless given.
 *
 * The event loop gets a turn every few milliseconds, so that a page stays responsive and a signal
 * takes effect. The result is the last head, as in Keras, not the best: the loss of an epoch is that
 * of its steps, and the loss of each head on all rows would cost another pass. `earlyStopping` keeps
 * the best epoch. Whatever ends the training, `problem.head` then holds the current weights or, if
 * these are not finite, those of the last epoch that ended with finite weights.
 *
 * @throws the signal's reason when aborted, and an Error when loss or weights are no longer finite.
 */
export async function trainByMiniBatches(
  problem: Problem,
  context: SolverContext,
  optimizerFor: OptimizerFor,
): Promise<Solution> {
  context.signal.throwIfAborted();
  const optimizer = await optimizerFor(problem, context);
  try {
    measure(problem.head, optimizer.scales);
    const training = new HeadInTraining(context.numerics, problem.head, optimizer.scales);
    try {
      return await new MiniBatches(problem, context, optimizer, training).run();
    } finally {
      try {
        keep(await training.read(optimizer.answer), problem.head);
      } finally {
        training.dispose();
      }
    }
  } finally {
    optimizer.dispose();
  }
}

/**
 * Converts random initial weights, which are meant for features of the size of cosines, to other
 * units.
 */
function measure({ weights, isDrawn }: Head, scales: Optimizer['scales']): void {
  if (isDrawn === undefined || scales === undefined) return;
  const { unit } = measuresOf('weights', scales);
  for (let i = 0; i < weights.length; i++) weights[i] *= unit;
}

/** The number of rows that are validated at a time: a few milliseconds of work. */
const VALIDATION_ROWS = 1024;

class MiniBatches {
  readonly #problem: Problem;
  readonly #context: SolverContext;
  readonly #optimizer: Optimizer;
  readonly #training: HeadInTraining;
  readonly #turns = eventLoopYielder();
  readonly #l2: number;

  constructor(
    problem: Problem,
    context: SolverContext,
    optimizer: Optimizer,
    training: HeadInTraining,
  ) {
    this.#problem = problem;
    this.#context = context;
    this.#optimizer = optimizer;
    this.#training = training;
    this.#l2 = problem.l2 ?? 0;
  }

  async run(): Promise<Solution> {
    const { epochs, signal, onEpochEnd } = this.#context;
    const head = () => this.#training.read(this.#optimizer.answer);
    const run = await runEpochs({
      epochs,
      signal,
      train: async (epoch) => {
        const { means } = await this.#train(epoch);
        const trained = await head();
        // The loss of a step is that of the weights before it, so only the weights show the result
        // of the last step.
        if (!isFiniteHead(trained)) throw diverged(epoch);
        keep(trained, this.#problem.head);
        return means;
      },
      validate: async (epoch) => (await this.#validate(epoch))?.means,
      onEpochEnd: (record) => onEpochEnd?.(record, head),
    });
    return { ...run, l2: this.#l2 };
  }

  async #train(epoch: number): Promise<Tally> {
    const { training, loss, classify } = this.#problem;
    const { seed, signal } = this.#context;
    const { units } = training;
    const batchSize = this.#optimizer.batchSize ?? this.#context.batchSize;
    const random = createRandom(seed).stream('batches').stream(`epoch ${epoch}`);
    const scale = training.rows / training.weight;
    const steps = Math.ceil(training.rows / batchSize);
    const tally = new Tally(loss, classify);
    let step = 0;
    for await (const chunk of training.chunks({ random, batchSize })) {
      signal.throwIfAborted();
      for (const batch of batchesOf(chunk, batchSize)) {
        const predictions = await this.#training.scores(batch);
        const { targets, weights } = batch;
        tally.add({ targets, predictions, units, weights });
        step++;
        if (!tally.isFinite) throw diverged(epoch, step);
        this.#training.differentiate(loss, batch, predictions, scale);
        await this.#optimizer.step(this.#training.head, this.#training.gradient, this.#l2);
        if (this.#turns.isDue()) await this.#report('train', epoch, step, steps, tally);
        else if (step === steps) this.#tell('train', epoch, step, steps, tally);
      }
    }
    return tally;
  }

  async #validate(epoch: number): Promise<Tally | undefined> {
    const { validation, loss, classify } = this.#problem;
    if (validation === undefined) return undefined;
    const { rows, units } = validation;
    const tally = new Tally(loss, classify);
    let done = 0;
    for await (const chunk of validation.chunks()) {
      this.#context.signal.throwIfAborted();
      for (const batch of batchesOf(chunk, VALIDATION_ROWS)) {
        const predictions = await this.#training.scores(batch, this.#optimizer.answer);
        tally.add({ targets: batch.targets, predictions, units, weights: batch.weights });
        done += predictions.length / units;
        if (this.#turns.isDue()) await this.#report('validate', epoch, done, rows, tally);
      }
    }
    return tally;
  }

  async #report(
    phase: 'train' | 'validate',
    epoch: number,
    step: number,
    steps: number,
    tally: Tally,
  ): Promise<void> {
    this.#tell(phase, epoch, step, steps, tally);
    await this.#turns.take();
    this.#context.signal.throwIfAborted();
  }

  #tell(
    phase: 'train' | 'validate',
    epoch: number,
    step: number,
    steps: number,
    { means }: Tally,
  ): void {
    const { epochs, signal, onProgress } = this.#context;
    onProgress?.({ phase, epoch, epochs, step, steps, ...means });
    signal.throwIfAborted();
  }
}

/** Copies a head over another, in place, if it is finite. */
function keep(head: Head, into: Head): void {
  if (!isFiniteHead(head)) return;
  into.weights.set(head.weights);
  into.bias.set(head.bias);
}
