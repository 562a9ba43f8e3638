import { rangeError, shown, typeError } from '@kernel-methods/check';
import { type Loss, pinball } from '@kernel-methods/losses';
import type { TargetsOf } from '../data/labels.ts';
import { KernelModel } from '../estimators/kernel-model.ts';
import type { KernelModelOptions } from '../options.ts';
import { quantilesOf } from '../tasks/quantiles.ts';

/** The options of `KernelQuantile`. */
export interface KernelQuantileOptions extends KernelModelOptions {
  /** The quantiles, ascending, each between 0 and 1. Default [0.05, 0.5, 0.95]. */
  quantiles?: readonly number[];
}

/**
 * Quantile regression with a kernel: for each row not one number but its quantiles, such as the median
 * and the ends of a range that holds nine targets of ten. It needs no assumption about the noise,
 * which may differ from row to row.
 *
 * For each quantile τ it minimizes the mean of τ·e where e ≥ 0 and (τ − 1)·e below, e = y − f(x), plus
 * (l2/2)‖W‖², the bias not penalized; all of them over the same features, in one fit. `fit` takes one
 * number per row; `predict` gives a row of numbers per row, in the order of `quantiles`, which never
 * cross (each row is sorted). `score` is D², 1 − loss / loss of the targets' own quantiles; `evaluate`
 * tells the loss and the coverage of each quantile.
 *
 * The options are those of `KernelModel`, and `quantiles`. The solver is 'newton', or 'adam' where
 * that would take long. For ranges that hold their share of new rows whatever the model, give it to
 * `conformal`.
 *
 * Koenker & Bassett, "Regression quantiles", Econometrica 46, 1978; Takeuchi, Le, Sears & Smola,
 * "Nonparametric quantile estimation", JMLR 7, 2006; Chernozhukov, Fernández-Val & Galichon, "Quantile
 * and probability curves without crossing", Econometrica 78, 2010.
 *
 * @example
 * const x = Array.from({ length: 200 }, (_, i) => [i / 40]);
 * const y = x.map(([a], i) => Math.sin(a) + (a / 5) * Math.sin(i * i));
 * const ranges = new KernelQuantile({ quantiles: [0.1, 0.5, 0.9], outputDim: 64, scale: 1 });
 * await ranges.fit(x, y);
 * const [[low, median, high]] = await ranges.predict([[2.5]]);
 */
export class KernelQuantile extends KernelModel<number[], TargetsOf<number>> {
  protected static override readonly estimator = 'KernelQuantile';
  protected static override readonly defaults = {
    loss: pinball.with({ quantile: [0.05, 0.5, 0.95] }),
    task: 'quantiles' as const,
  };

  /** @throws RangeError or TypeError that names the option, its rule and the value. */
  constructor(options: KernelQuantileOptions = {}) {
    super(withLoss(options));
  }

  /** The quantiles that `predict` gives, in ascending order. */
  get quantiles(): readonly number[] {
    return quantilesOf(this.options.loss);
  }

  override setParams(
    options: { [K in keyof KernelQuantileOptions]?: KernelQuantileOptions[K] | undefined },
  ): this {
    return super.setParams(withLoss(options as KernelQuantileOptions));
  }
}

/** The options with the loss of the quantiles, if some are given. */
function withLoss({ quantiles, ...options }: KernelQuantileOptions): KernelModelOptions {
  if (quantiles === undefined) return options;
  if (options.loss !== undefined) {
    throw rangeError(
      'quantiles',
      'be left out if `loss` is given, which has its own',
      shown(quantiles),
    );
  }
  if (!Array.isArray(quantiles)) {
    throw typeError('quantiles', 'be an array of numbers between 0 and 1', shown(quantiles));
  }
  const isValid = (q: unknown, i: number) =>
    typeof q === 'number' && q > 0 && q < 1 && (i === 0 || q > quantiles[i - 1]);
  if (quantiles.length === 0 || !quantiles.every(isValid)) {
    throw rangeError('quantiles', 'ascend between 0 and 1', shown(quantiles));
  }
  const loss: Loss = pinball.with({ quantile: [...quantiles] });
  return { ...options, loss };
}
