import { meanSquaredError } from '@kernel-methods/losses';
import { KernelModel } from './kernel-model.ts';
import type { KernelModelOptions } from './options.ts';

/**
 * Ridge regression with a kernel, for numbers, or with `task: 'classification'` for classes (±1
 * targets): the squared error on random features.
 *
 * Minimizes mean (y − f(x))² + (l2/2)‖W‖². scikit-learn's alpha is l2·n/2. Options as
 * `KernelModel`, `loss: meanSquaredError` and `task: 'regression'` by default.
 *
 * Saunders, Gammerman & Vovk, "Ridge regression learning algorithm in dual variables", 1998.
 */
export class KernelRidge extends KernelModel {
  constructor(options: KernelModelOptions = {}) {
    super({
      ...options,
      task: options.task ?? 'regression',
      loss: options.loss ?? meanSquaredError,
    });
  }
}
