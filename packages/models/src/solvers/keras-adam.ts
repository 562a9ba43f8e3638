import * as tf from '@tensorflow/tfjs-core';

/**
 * Adam (Kingma & Ba 2015) as Keras computes it. With m and v the running means of the gradient and
 * its square, the step is rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), ε = 1e-7. tfjs adds ε to √v
 * after its correction by 1 / √(1 − β₂ᵗ), which matters for weights whose first gradients are near
 * ε: there the two differ by 1e-3 after 24 steps.
 */
class KerasAdam extends tf.AdamOptimizer {
  override applyGradients(gradients: Parameters<tf.AdamOptimizer['applyGradients']>[0]): void {
    this.epsilon = 1e-7 / Math.sqrt(1 - this.beta2 ** (this.iterations + 1));
    super.applyGradients(gradients);
  }
}

/** The default optimizer: Keras's Adam with β₁ = 0.9 and β₂ = 0.999. */
export const kerasAdam = (learningRate: number): tf.Optimizer =>
  new KerasAdam(learningRate, 0.9, 0.999);
