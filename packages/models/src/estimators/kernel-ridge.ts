import { meanSquaredError } from '@kernel-methods/losses';
import type { Prediction } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows } from '../data/tables.ts';
import { numbersPerRow } from '../tasks/regression.ts';
import { KernelModel } from './kernel-model.ts';
import type { Rejects } from './rejects.ts';

/**
 * The predictions of a regression and their standard deviations: one number per row, or one per
 * output.
 */
export interface Uncertain<T extends number | number[] = number> {
  readonly mean: T[];
  readonly std: T[];
}

/**
 * Ridge regression with a kernel, for numbers, or with `task: 'classification'` for classes (±1
 * targets): the squared error on random features, solved exactly by the solver 'direct'.
 *
 * It minimizes mean (y − f(x))² + (l2/2)‖W‖². scikit-learn's alpha is l2·n/2. The options are those
 * of `KernelModel`, with `loss: meanSquaredError` and `task: 'regression'` by default; if `l2` is
 * not given, it is chosen by leave-one-out on a sample.
 *
 * `new KernelRidge<number[]>()` takes and predicts rows of numbers, for several outputs; `new
 * KernelRidge<string>({ task: 'classification' })` takes and predicts strings as labels.
 *
 * Saunders, Gammerman & Vovk, "Ridge regression learning algorithm in dual variables", 1998.
 */
export class KernelRidge<P extends Prediction = number> extends KernelModel<P> {
  protected static override readonly estimator = 'KernelRidge';
  protected static override readonly defaults = {
    loss: meanSquaredError,
    task: 'regression' as const,
  };

  /**
   * Predicted numbers (labels, for classes). With `returnStd` and the solver 'direct', also the
   * standard deviation of the Bayesian linear posterior's prediction, noise included:
   * std² = σ²(1 + 1/n + zcᵀA⁻¹zc). `reject` is that of `KernelModel`, for classes.
   *
   * @throws Error if the model was fitted by another solver, saved without `includeState`, or is a
   * classifier.
   */
  override predict(
    x: RowsLike | NamedRows,
    options: { returnStd: true },
  ): Promise<Uncertain<Extract<P, number | number[]>>>;
  override predict(x: RowsLike | NamedRows, options: { reject: Rejects }): Promise<(P | null)[]>;
  override predict(x: RowsLike | NamedRows, options?: { reject?: undefined }): Promise<P[]>;
  override async predict(
    x: RowsLike | NamedRows,
    { returnStd = false, reject }: { returnStd?: boolean; reject?: Rejects | undefined } = {},
  ): Promise<unknown> {
    if (reject !== undefined) return super.predict(x, { reject });
    const mean = await super.predict(x);
    if (!returnStd) return mean;
    if (this.classes !== undefined) {
      throw new RangeError('`returnStd` must be left out for classes; use `predictProba` instead.');
    }
    if (mean.length === 0) return { mean, std: [] };
    const std = await this.stdOf(x);
    return { mean, std: numbersPerRow(std, std.length / mean.length) };
  }
}
