import { weightOf } from '../data/examples.ts';
import { type Label, readLabels, type TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { copyNetwork, readHead, rowShapeOf, unitsOf } from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import type { Head } from '../solvers/solver.ts';
import { unitsFor } from '../tasks/class-targets.ts';
import type { Fitted } from './fit-model.ts';
import type { FitOptions } from './fit-options.ts';
import type { Known, Prepared } from './prepare.ts';
import { arrayData, type TrainingData } from './training-data.ts';

/** How `partialFit` runs. */
export interface PartialFitOptions extends FitOptions {
  /** Classes that may come, now or later. */
  classes?: readonly Label[];
}

/** @throws RangeError or Error where these solvers, or this model, cannot go on. */
export function checkPartial(
  { solver, loss, task }: ResolvedOptions,
  fitted: Fitted | undefined,
): void {
  if (!['adam', 'sgd', 'direct'].includes(solver.name)) {
    throw new RangeError(
      `\`solver\` must be 'direct', 'adam' or 'sgd' to learn from more rows. Received: ${solver.name}.`,
    );
  }
  if (fitted === undefined) return;
  for (const [name, now, then] of [
    ['loss', loss.name, fitted.loss.name],
    ['task', task, fitted.task],
  ]) {
    if (now === then) continue;
    throw new RangeError(`\`${name}\` must be '${then}', as in \`fit\`. Received: ${now}.`);
  }
  if (solver.name === 'direct' && fitted.state === undefined) {
    throw new Error(
      "`partialFit` with the solver 'direct' needs the sums over earlier rows, which only a model has that was fitted by it, not one that was loaded. Fit the model again, or use the solver 'adam'.",
    );
  }
}

/** More rows for a model, and the model as it is to go on: its head wide enough for new classes. */
export async function partialData(
  x: RowsLike,
  y: TargetsLike,
  fitOptions: FitOptions,
  options: ResolvedOptions,
  { fitted, classes }: { fitted?: Fitted; classes?: readonly Label[] },
): Promise<TrainingData> {
  if (fitted === undefined) {
    return arrayData(x, y, fitOptions, options, classes && { classes });
  }
  const all = fitted.classes && (await withNew(fitted.classes, y, classes));
  const units = all === undefined ? unitsOf(fitted.network) : unitsFor(all.length, options.loss);
  const known: Known = { classes: all, units, rowShape: rowShapeOf(fitted.network) };
  const data = await arrayData(x, y, fitOptions, options, known);
  return {
    ...data,
    from: () => ({ network: copyNetwork(fitted.network, units), head: grownHead(fitted, units) }),
    async solve(network, resolved, run) {
      const { state } = fitted;
      if (resolved.solver.name !== 'direct' || !(state instanceof RidgeAccumulator)) {
        return data.solve(network, resolved, run);
      }
      const grown = grownState(state, units);
      try {
        const l2 = resolved.l2 ?? l2After(fitted.l2, state, data.training, units);
        return await data.solve(network, { ...resolved, l2 }, { ...run, state: grown });
      } finally {
        grown.dispose();
      }
    },
  };
}

/** The classes known so far, and behind them those that are new, in ascending order. */
async function withNew(
  known: readonly Label[],
  y: TargetsLike,
  named: readonly Label[] | undefined,
): Promise<readonly Label[]> {
  const { labels, width } = await readLabels(y, 'y');
  const columns = width > 1 ? Array.from({ length: width }, (_, i) => i) : [];
  const seen = new Set<Label>([...(named ?? []), ...columns, ...Array.from(labels)]);
  const fresh = [...seen].filter((label) => !known.includes(label));
  const stranger = fresh.find((label) => typeof label !== typeof known[0]);
  if (stranger !== undefined) {
    throw new TypeError(
      `\`y\` must hold labels of the kind seen so far, ${typeof known[0]}. Received: ${String(stranger)}.`,
    );
  }
  return [...known, ...fresh.sort((a, b) => (a < b ? -1 : 1))];
}

/** The head with outputs for more classes: those of two that share one are pulled apart first. */
function grownHead({ network }: Fitted, units: number): Head {
  const { weights, bias } = readHead(network);
  const before = bias.length;
  if (before === units) return { weights, bias };
  const grown = {
    weights: new Float32Array((weights.length / before) * units),
    bias: new Float32Array(units),
  };
  const isPair = before === 1;
  for (const part of ['weights', 'bias'] as const) {
    const values = part === 'weights' ? weights : bias;
    if (isPair) grown[part].set(values.map((value) => -value));
    grown[part].set(values, isPair ? values.length : 0);
  }
  return grown;
}

/** The sums with outputs for more classes; in all rows so far their target was −1. */
function grownState(state: RidgeAccumulator, units: number): RidgeAccumulator {
  const grown = state.clone();
  if (units > 1 && grown.units === 1) grown.mirror();
  while (grown.units < units) grown.widen(-1);
  return grown;
}

/** The l2 whose alpha over all rows, l2·Σs·units/2, is that of before. */
function l2After(
  l2: number,
  before: RidgeAccumulator,
  { weights, x }: Prepared,
  units: number,
): number {
  const more = weightOf(x.rows, weights);
  return (l2 * before.weight * before.units) / ((before.weight + more) * units);
}
