import { rangeError, shown } from '@kernel-methods/check';
import type { Seen } from '../data/dataset.ts';
import { weightOf } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import type { Label, LabelOf, Prediction, TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTableRows, numbersOf, type TableRows } from '../data/tables.ts';
import {
  copyNetwork,
  isLinear,
  layersOf,
  mapOf,
  readHead,
  rowShapeOf,
  unitsOf,
} from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import type { FitOptions } from './fit-options.ts';
import type { Fitted } from './fitted.ts';
import { codeValidation, tableData, targetsOf } from './table-data.ts';
import { arrayData, type TrainingData } from './training-data.ts';

/** The options of `partialFit`. */
export interface PartialFitOptions<P extends Prediction = Prediction> extends FitOptions {
  /** Classes that may occur, now or later. */
  classes?: readonly LabelOf<P>[];
}

/** @throws RangeError or Error if this solver or this model cannot continue. */
export function checkPartial(
  { solver, loss, task }: ResolvedOptions,
  fitted: Fitted | undefined,
): void {
  if (solver.continues === undefined) {
    throw new RangeError(
      `\`solver\` must be 'direct', 'adam' or 'sgd' to learn from more rows. Received: ${solver.name}.`,
    );
  }
  if (fitted === undefined) return;
  for (const [name, now, then] of [
    ['loss', loss.name, fitted.loss.name],
    ['task', taskFor(task).name, taskFor(fitted.task).name],
  ]) {
    if (now === then) continue;
    throw new RangeError(`\`${name}\` must be '${then}', as in \`fit\`. Received: ${now}.`);
  }
  if (solver.continues === 'state' && fitted.state === undefined) {
    throw new Error(
      `\`partialFit\` with the solver '${solver.name}' needs the sums over earlier rows, which a loaded model, or one fitted by another solver, does not have. Fit the model again, or use the solver 'adam'.`,
    );
  }
}

/** More rows for a model, with the model to continue from: its head has outputs for new classes. */
export async function partialData(
  given: RowsLike | TableRows,
  target: TargetsLike | string | undefined,
  fitOptions: FitOptions,
  options: ResolvedOptions,
  { fitted, classes }: { fitted?: Fitted; classes?: readonly Label[] },
): Promise<TrainingData> {
  if (fitted === undefined) {
    const seen = classes && { classes };
    if (isTableRows(given)) return tableData(given, target, fitOptions, options, seen);
    return arrayData(given, target as TargetsLike, fitOptions, options, seen);
  }
  const { classes: known, network, state, encoder } = fitted;
  if (typeof target === 'string') requireSameTarget(fitted, target);
  const y = (await targetsOf(given, target, 'y')) as TargetsLike;
  const x = numbersOf(given, 'x', encoder);
  const all = known && (await taskFor(fitted.task).extend?.(known, y, classes));
  const seen: Seen = {
    classes: all,
    units: all === undefined ? unitsOf(network) : undefined,
    rowShape: rowShapeOf(network),
  };
  const { validationData } = fitOptions;
  const coded =
    validationData === undefined || encoder === undefined
      ? fitOptions
      : { ...fitOptions, validationData: await codeValidation(encoder, validationData) };
  const data = await arrayData(x, y, coded, options, seen);
  const { units } = data.training;
  let head: Head;
  try {
    head = await grownHead(fitted, units);
  } catch (error) {
    data.dispose();
    throw error;
  }
  return {
    ...data,
    encoder,
    target: fitted.target ?? (typeof target === 'string' ? target : undefined),
    // Scores of a head that was trained on a few new rows alone would say little.
    ...(options.solver.continues === 'head' &&
      !(fitted.decidesByLink && units !== unitsOf(network)) && { calibrated: fitted.link }),
    from: () => ({ network: copyNetwork(network, units), head }),
    async solve(copy, resolved, run) {
      if (resolved.solver.continues !== 'state' || state?.grown === undefined) {
        return data.solve(copy, resolved, run);
      }
      const grown = state.grown(units);
      try {
        const { x: rows, weights } = data.training;
        const l2 =
          resolved.l2 ?? state.l2With?.(fitted.settings.l2, weightOf(rows.rows, weights), units);
        return await data.solve(copy, { ...resolved, l2 }, { ...run, state: grown });
      } finally {
        grown.dispose();
      }
    },
  };
}

/** @throws RangeError if a fit predicted another column, or took this one as a feature. */
function requireSameTarget({ target, encoder }: Fitted, now: string): void {
  if (target !== undefined && target !== now) {
    throw rangeError('y', `name '${target}', the column that was predicted before`, shown(now));
  }
  if (encoder !== undefined && Object.hasOwn(encoder.columns, now)) {
    throw rangeError('y', 'not name a column from which the model predicts', shown(now));
  }
}

/**
 * The head with outputs for more classes. Two classes that share an output are first separated. A
 * head that is not linear is found anew, from the solver's state.
 */
async function grownHead({ network }: Fitted, units: number): Promise<Head> {
  if (!isLinear(layersOf(network).head)) {
    return {
      weights: new Float32Array(mapOf(network).width * units),
      bias: new Float32Array(units),
    };
  }
  const { weights, bias } = await readHead(network);
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
