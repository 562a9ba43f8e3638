import { type Loss, losses } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import type { EpochRecord } from '../progress.ts';
import { conjugateGradients } from './newton-conjugate-gradients.ts';
import { Layout } from './newton-layout.ts';
import { searchLine } from './newton-line-search.ts';
import { nystromPreconditioner } from './newton-preconditioner.ts';
import { NewtonRows } from './newton-rows.ts';
import type { Problem, Solution, Solver, SolverContext } from './solver.ts';

export interface NewtonOptions {
  /** Ends where ‖gradient‖ is this × ‖gradient‖ at the head of zeros. Default 1e-5. */
  readonly tolerance?: number;
  /** The most steps of Newton's method. Default 100. */
  readonly maxIterations?: number;
}

/**
 * Truncated Newton with preconditioned conjugate gradients, for losses with a second derivative.
 *
 * Default `l2`: that of scikit-learn's C = 1, 1 / Σ s, over the outputs where the loss averages over
 * them.
 */
export function newton({ tolerance = 1e-5, maxIterations = 100 }: NewtonOptions = {}): Solver {
  const options = { tolerance, maxIterations };
  return {
    name: 'newton',
    config: options,
    check,
    solve: (problem, context) => solve(problem, context, options),
  };
}

function check(loss: Loss): void {
  if (loss.hessianProduct) return;
  const names = losses.filter((some) => some.hessianProduct).map(({ name }) => name);
  throw new RangeError(
    `\`loss\` must have a second derivative for newton, as ${names.join(', ')} have; adam takes any. Received: ${loss.name}.`,
  );
}

async function solve(
  problem: Problem,
  context: SolverContext,
  { tolerance, maxIterations }: Required<NewtonOptions>,
): Promise<Solution> {
  check(problem.loss);
  const started = performance.now();
  const { training: examples, validation, loss, classify } = problem;
  const { numerics, signal, seed } = context;
  const { units, width } = examples;
  const layout = new Layout(units, width, loss.link !== 'softmax');
  const l2 = problem.l2 ?? 1 / (examples.weight * layout.blocks);
  const history: EpochRecord[] = [];
  let validated = 0;
  const onRows = (step: number) => {
    const epoch = Math.min(maxIterations, history.length + 1);
    const { rows: steps } = examples;
    context.onProgress?.({ phase: 'train', epoch, epochs: maxIterations, step, steps });
  };
  const common = { loss, classify, numerics, layout, signal };
  const rows = new NewtonRows({ ...common, examples, onRows });
  const test = validation && new NewtonRows({ ...common, examples: validation });
  const owned: { dispose(): void }[] = test ? [rows, test] : [rows];
  const finish = (stopped: string): Solution => {
    const seconds = (performance.now() - started) / 1000;
    return { history, stopped, l2, seconds: { train: seconds - validated, validate: validated } };
  };
  try {
    const preconditioner = await nystromPreconditioner({
      ...common,
      examples,
      l2,
      seed,
      rows: 1024,
    });
    owned.push(preconditioner);
    const { uniform } = createRandom(seed).stream('newton signs');
    let head = layout.join(problem.head);
    const evaluate = async () => {
      const evaluation = await rows.evaluate(head);
      layout.addPenalty(evaluation.gradient, head, l2);
      return { ...evaluation, norm: Math.hypot(...layout.norms(evaluation.gradient)) };
    };
    let now = await evaluate();
    const scale = now.norm;
    const goal = tolerance * scale;
    while (now.norm > goal) {
      if (history.length === maxIterations) return finish('iterations');
      const from = performance.now();
      preconditioner.update(rows.curvatures(() => (uniform() < 0.5 ? -1 : 1)));
      rows.startStep();
      const norms = layout.norms(now.gradient);
      const enough = goal / 2 / Math.sqrt(layout.blocks);
      const step = await conjugateGradients({
        layout,
        gradient: now.gradient,
        targets: norms.map((norm) =>
          Math.max(enough, norm * Math.min(0.3, Math.sqrt(norm / scale))),
        ),
        maxIterations: 200,
        async multiply(v) {
          const product = await rows.hessianProduct(v);
          layout.addPenalty(product, v, l2);
          return product;
        },
        precondition: preconditioner.apply,
        onMove: (factors) => rows.addToStep(factors),
      });
      const [ww, ws, ss] = [
        layout.dotOfWeights(head, head),
        layout.dotOfWeights(head, step),
        layout.dotOfWeights(step, step),
      ];
      const factors = searchLine({
        slopes: rows.slopes().map((slope, block) => slope + l2 * ws[block]),
        values: (t) =>
          rows
            .lossAlong(t)
            .map((value, i) => value + (l2 / 2) * (ww[i] + t[i] * (2 * ws[i] + t[i] * ss[i]))),
      });
      if (factors.every((factor) => factor === 0)) return finish('precision');
      layout.add(head, step, factors);
      head = head.map(Math.fround);
      const { weights, bias } = layout.split(head);
      problem.head.weights.set(weights);
      problem.head.bias.set(bias);
      now = await evaluate();
      const before = performance.now();
      const held = await test?.evaluate(head);
      const { loss: mean, accuracy, norm } = now;
      const end = performance.now();
      validated += (end - before) / 1000;
      history.push({
        epoch: history.length + 1,
        loss: mean,
        ...(classify && { accuracy }),
        ...(held && { valLoss: held.loss }),
        ...(held && classify && { valAccuracy: held.accuracy }),
        gradientNorm: norm / scale,
        seconds: (end - from) / 1000,
      });
      const copy = async () => ({ weights: weights.slice(), bias: bias.slice() });
      const reason = await context.onEpochEnd?.(history.at(-1)!, copy);
      if (reason !== undefined) return finish(reason);
    }
    return finish('converged');
  } finally {
    for (const one of owned) one.dispose();
  }
}
