import { meanSquaredError } from '@kernel-methods/losses';
import type { Prediction } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows } from '../data/tables.ts';
import { numbersPerRow } from '../tasks/regression.ts';
import { KernelModel } from './kernel-model.ts';

/** What a regression predicts, with how sure it is: one number a row, or one an output. */
export interface Uncertain<T extends number | number[] = number> {
  readonly mean: T[];
  readonly std: T[];
}

/**
 * Ridge regression with a kernel, for numbers, or with `task: 'classification'` for classes (±1
 * targets): the squared error on random features, solved exactly by the solver 'direct'.
 *
 * Minimizes mean (y − f(x))² + (l2/2)‖W‖². scikit-learn's alpha is l2·n/2. Options as
 * `KernelModel`, `loss: meanSquaredError` and `task: 'regression'` by default; `l2` is chosen by
 * leave-one-out on a sample where none is given.
 *
 * `new KernelRidge<number[]>()` takes and predicts rows of numbers, for several outputs, and
 * `new KernelRidge<string>({ task: 'classification' })` labels that are strings.
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
   * Predicted numbers (labels, for classes). With `returnStd` also the standard deviation of the
   * Bayesian linear posterior's prediction, noise included, where the solver was 'direct':
   * std² = σ²(1 + 1/n + zcᵀA⁻¹zc).
   *
   * @throws Error where the model was loaded, or fitted by another solver, or is a classifier.
   */
  override predict(
    x: RowsLike | NamedRows,
    options: { returnStd: true },
  ): Promise<Uncertain<Extract<P, number | number[]>>>;
  override predict(x: RowsLike | NamedRows): Promise<P[]>;
  override async predict(
    x: RowsLike | NamedRows,
    { returnStd = false }: { returnStd?: boolean } = {},
  ): Promise<unknown> {
    const mean = await super.predict(x);
    if (!returnStd) return mean;
    if (this.classes !== undefined) {
      throw new RangeError('`returnStd` must be left out for classes; `predictProba` tells there.');
    }
    if (mean.length === 0) return { mean, std: [] };
    const std = await this.stdOf(x);
    return { mean, std: numbersPerRow(std, std.length / mean.length) };
  }
}
