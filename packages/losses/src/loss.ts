import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The targets that a loss takes: −1 or +1 for each output ('sign'), 0 or 1 for each output
 * ('one-hot'), or any real numbers ('real').
 */
export type TargetCoding = 'sign' | 'one-hot' | 'real';

/**
 * How predictions become probabilities: each output by itself ('logistic'), or all outputs of a row
 * together ('softmax').
 */
export type LossLink = 'logistic' | 'softmax';

/** The parameters of a loss by name, as a saved model keeps them: a number, or one for each output. */
export type LossConfig = Readonly<Record<string, number | readonly number[]>>;

export type FloatArray = Float32Array | Float64Array;

/**
 * A loss of one output in the dual of a linear machine: max over β of β·(y − p) − ridge·β²/2 is the
 * loss up to what does not depend on p, with β between 0 and limit·y if it is signed. The hinge loss
 * has the limit 1, and no ridge; the squared losses have the ridge ½, and no limit.
 */
export interface DualForm {
  /** What the loss adds to the curvature of the dual. */
  readonly ridge: number;
  /** The largest size of a coefficient. */
  readonly limit: number;
  /** Whether a coefficient has the sign of its target, −1 or 1. */
  readonly signed: boolean;
}

/** Rows of targets and of predictions, row-major, `units` numbers per row. */
export interface LossBatch {
  readonly targets: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  readonly units: number;
}

/**
 * A loss: a function of tensors for `model.compile`, and closed forms on plain arrays for solvers.
 *
 * As a function it takes `yTrue` and `yPred` of the same shape […, units] and returns a tensor […],
 * one loss per row. It maps labels as Keras does. The closed forms do not: they take targets in
 * `coding`.
 *
 * The closed forms check the lengths (RangeError), overwrite all of `out`, and return it. They
 * compute in float64, whatever the type of the arrays.
 */
export interface Loss {
  (yTrue: Tensor, yPred: Tensor): Tensor;
  /** The name under which logs, saved models and `lossByName` know it. */
  readonly name: string;
  readonly coding: TargetCoding;
  /** Absent if predictions are not log-odds. */
  readonly link?: LossLink;
  /** True for the squared error, whose minimum is the solution of least squares. */
  readonly leastSquares?: true;
  /** Whether it is the hinge loss, whose minimum is the maximum-margin machine. */
  readonly maximumMargin?: true;
  /** Present if it is the mean over the outputs of a loss that has this form in the dual. */
  readonly dual?: DualForm;
  /**
   * Present for a loss with kinks that has smooth neighbours: the one that differs from it only within
   * `width` of a kink, and has a second derivative. The loss scales with the unit of the targets.
   */
  smoothed?(width: number): Loss;
  /** Its parameters; empty if it has none. */
  readonly config: LossConfig;
  /** One loss per row. */
  values<Out extends FloatArray>(batch: LossBatch, out: Out): Out;
  /** ∂ loss of the row / ∂ prediction. At a kink it is the subgradient that the loss documents. */
  gradient<Out extends FloatArray>(batch: LossBatch, out: Out): Out;
  /** Both at once, for less than each by itself where they share work. */
  valuesAndGradient(batch: LossBatch, values: FloatArray, gradient: FloatArray): void;
  /**
   * The Hessian of each row's loss times that row of `direction`; where the second derivative
   * jumps, the element of the generalized Hessian that the loss documents. Absent if there is none.
   */
  hessianProduct?<Out extends FloatArray>(
    batch: LossBatch,
    direction: ArrayLike<number>,
    out: Out,
  ): Out;
}

/** A loss with parameters: usable as it is, or with others. */
export interface ParametrizedLoss<Config extends LossConfig> extends Loss {
  readonly config: Config;
  /** The same loss with some parameters changed. */
  with(config: Partial<Config>): ParametrizedLoss<Config>;
}
