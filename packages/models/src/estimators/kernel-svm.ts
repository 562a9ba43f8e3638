import { hinge } from '@kernel-methods/losses';
import type { Label } from '../data/labels.ts';
import { KernelModel } from './kernel-model.ts';

/**
 * A support vector machine with a kernel, for classes: the hinge loss on random features.
 *
 * It minimizes mean max(0, 1 − y·f(x)) + (l2/2)‖W‖², y = ±1, one against the rest for several
 * classes. scikit-learn's C is 1 / (l2·n). The options are those of `KernelModel`; the default
 * `loss` is `hinge`.
 *
 * `new KernelSVM<string>()` takes strings as labels, and predicts strings; `new KernelSVM<string[]>({
 * task: 'multilabel' })` takes and predicts the names of each row's labels.
 *
 * Cortes & Vapnik 1995; random features: Rahimi & Recht 2007.
 */
export class KernelSVM<P extends Label | string[] = Label> extends KernelModel<P> {
  protected static override readonly estimator = 'KernelSVM';
  protected static override readonly defaults = { loss: hinge };
}
