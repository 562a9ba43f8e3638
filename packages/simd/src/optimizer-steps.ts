import { nonNegativeInteger } from '@kernel-methods/check';
import { GRAIN } from './grain.ts';
import type { Simd } from './simd.ts';

/** Arguments of `adamStepAt`. */
export interface AdamArguments {
  /** Pointers to n float32 each: weights, their gradient, and the two moments, 0 before the first step. */
  w: number;
  g: number;
  m: number;
  v: number;
  n: number;
  /** 1 for the first step. */
  step: number;
  learningRate: number;
  /** Default: 0.9. */
  beta1?: number;
  /** Default: 0.999. */
  beta2?: number;
  /** Default: 1e-7. */
  epsilon?: number;
  /** Adds l2·w to the gradient. Default: 0. */
  l2?: number;
  /**
   * Which form of `epsilon` is used. True: w −= rate·√(1 − beta2^t)/(1 − beta1^t) · m / (√v
   * + epsilon), where `epsilon` is the ε̂ of Kingma and Ba (2015), end of section 2. False: w −=
   * rate · m̂ / (√v̂ + epsilon), their Algorithm 1, with the moments corrected for their bias.
   * Default: true.
   */
  epsilonHat?: boolean;
}

/**
 * One step of Adam (Kingma and Ba, 2015), float32, in place: changes `w`, `m` and `v`.
 *
 * @throws RangeError if `step` is below 1, or `n` is not a whole number, 0 or above.
 * @example
 * adamStepAt(simd, { w, g, m, v, n: 1000, step: 1, learningRate: 1e-3 });
 */
export function adamStepAt(simd: Simd, options: AdamArguments): void {
  const { w, g, m, v, n, step, learningRate, epsilonHat = true } = options;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, l2 = 0 } = options;
  nonNegativeInteger('n', n);
  if (!(step >= 1)) throw new RangeError(`\`step\` must be 1 or more. Received: ${step}.`);
  const [rate, root] = [learningRate / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step)];
  const scales = epsilonHat ? [rate * root, 1] : [rate, 1 / root];
  simd.run(
    'adam',
    [w, g, m, v, n, ...scales, epsilon, beta1, 1 - beta1, beta2, 1 - beta2, l2],
    simd.partsFor(n, GRAIN),
    { inPlace: true },
  );
}

/** Arguments of `descentStepAt`. */
export interface DescentArguments {
  /** Pointers to n float32 each: weights and their gradient. */
  w: number;
  g: number;
  n: number;
  learningRate: number;
  /** Pointer to n float32, 0 before the first step. Required if `momentum` is not 0. */
  velocity?: number;
  /** Default: 0, plain gradient descent. */
  momentum?: number;
  /** Nesterov's momentum. Default: false. */
  nesterov?: boolean;
  /** Adds l2·w to the gradient. Default: 0. */
  l2?: number;
}

/**
 * One step of gradient descent, float32, in place: velocity = momentum·velocity + g, w −= rate·velocity.
 *
 * @throws TypeError if `momentum` is not 0 and there is no `velocity`.
 * @throws RangeError if `n` is not a whole number, 0 or above.
 * @example
 * descentStepAt(simd, { w, g, n: 1000, learningRate: 0.1, velocity, momentum: 0.9 });
 */
export function descentStepAt(simd: Simd, options: DescentArguments): void {
  const { w, g, n, learningRate, velocity = 0, momentum = 0, nesterov = false, l2 = 0 } = options;
  nonNegativeInteger('n', n);
  if (momentum !== 0 && velocity === 0) {
    throw new TypeError('`velocity` must be given if `momentum` is not 0. Received: 0.');
  }
  simd.run(
    'descend',
    [w, g, velocity, n, learningRate, momentum, Number(nesterov), l2],
    simd.partsFor(n, GRAIN),
    { inPlace: true },
  );
}
