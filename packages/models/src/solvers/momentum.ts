import * as tf from '@tensorflow/tfjs-core';

/** tfjs's optimizer, whose `dispose` forgets the tensor of the learning rate. */
class Momentum extends tf.MomentumOptimizer {
  override dispose(): void {
    super.dispose();
    this.c.dispose();
  }
}

/** Gradient descent with momentum (Polyak 1964), for a network that is trained as a whole. */
export const momentumOptimizer = (learningRate: number, momentum: number): tf.Optimizer =>
  new Momentum(learningRate, momentum);
