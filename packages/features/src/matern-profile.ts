import * as tf from '@tensorflow/tfjs-core';
import { gramOfDifferences } from './distances.ts';
import { logGamma } from './gamma-quantile.ts';
import type { LengthScale } from './scale.ts';

type Squares = (squares: tf.Tensor) => tf.Tensor;

/** The Matérn kernel as a function of ‖x − y‖² / σ². */
export function maternProfile(nu: number): Squares {
  if (nu === 0.5) return (squares) => tf.exp(tf.neg(tf.sqrt(squares)));
  if (nu === 1.5) {
    return (squares) => {
      const s = tf.sqrt(tf.mul(squares, 3));
      return tf.mul(tf.add(s, 1), tf.exp(tf.neg(s)));
    };
  }
  if (nu === 2.5) {
    return (squares) => {
      const s = tf.sqrt(tf.mul(squares, 5));
      return tf.mul(tf.add(tf.add(tf.mul(tf.square(s), 1 / 3), s), 1), tf.exp(tf.neg(s)));
    };
  }
  return sumOfGaussians(nu);
}

/**
 * The Gram matrix of a kernel with a cusp at 0, where a rounding error ε of r² becomes an error √ε
 * of r.
 */
export const gramOfCuspedSquares = (
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  scale: (inputDim: number) => LengthScale,
  value: Squares,
): tf.Tensor2D =>
  gramOfDifferences(x, y, scale, (differences) => value(tf.sum(tf.square(differences), 2)));

/**
 * The Matérn kernel of any ν as Σₖ weightₖ · exp(−rateₖ r²).
 *
 * Basset's integral for the Bessel function is a gamma mixture of gaussians, K(r) = 1 / Γ(ν) ∫
 * exp(νu − eᵘ) exp(−ν r² e⁻ᵘ / 2) du, over all u. The trapezoidal rule converges geometrically for
 * it. All terms are positive, so float32 loses nothing in the sum.
 */
function sumOfGaussians(nu: number): Squares {
  const nodes = gaussiansOf(nu);
  return (squares) => {
    let sum = tf.zerosLike(squares);
    for (const { weight, rate } of nodes) {
      const before = sum;
      sum = tf.tidy(() => tf.add(before, tf.mul(tf.exp(tf.mul(squares, -rate)), weight)));
      before.dispose();
    }
    return sum;
  };
}

/** Few nodes are needed where the integrand is narrow (large ν), many where it falls slowly. */
export function gaussiansOf(nu: number): { weight: number; rate: number }[] {
  const step = Math.min(0.3, 0.7 / Math.sqrt(nu));
  const density = (u: number) => Math.exp(nu * u - Math.exp(u) - logGamma(nu));
  // The part of the integral that is left out below `first` is exp(νu) / Γ(ν + 1).
  const first = (Math.log(1e-9) + logGamma(nu + 1)) / nu;
  const nodes: { weight: number; rate: number }[] = [];
  for (let u = first; u < Math.log(nu) || density(u) > 1e-10; u += step) {
    // Past 1e30 float32 would overflow, and the gaussian is 0 already for all but equal points.
    const rate = Math.min(1e30, (nu / 2) * Math.exp(-u));
    nodes.push({ weight: step * density(u), rate });
  }
  const total = nodes.reduce((sum, { weight }) => sum + weight, 0);
  return nodes.map(({ weight, rate }) => ({ weight: weight / total, rate }));
}
