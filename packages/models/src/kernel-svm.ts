import { hinge } from '@kernel-methods/losses';
import { KernelModel } from './kernel-model.ts';
import type { KernelModelOptions } from './options.ts';

/**
 * A support vector machine with a kernel, for classes: the hinge loss on random features.
 *
 * Minimizes mean max(0, 1 − y·f(x)) + (l2/2)‖W‖², y = ±1, one against the rest for several classes.
 * scikit-learn's C is 1 / (l2·n). Options as `KernelModel`, `loss: hinge` by default.
 *
 * Cortes & Vapnik 1995; random features: Rahimi & Recht 2007.
 */
export class KernelSVM extends KernelModel {
  constructor(options: KernelModelOptions = {}) {
    super({ ...options, loss: options.loss ?? hinge });
  }
}
