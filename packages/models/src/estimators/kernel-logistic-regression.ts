import { softmaxCrossEntropy } from '@kernel-methods/losses';
import type { Label } from '../data/labels.ts';
import { KernelModel } from './kernel-model.ts';

/**
 * Logistic regression with a kernel, for classes and their probabilities: softmax cross-entropy on
 * random features.
 *
 * It minimizes mean −log softmax(f(x))[y] + (l2/2)‖W‖². scikit-learn's C is 1 / (l2·n). The options
 * are those of `KernelModel`, with `loss: softmaxCrossEntropy` by default; `logistic` is one
 * against the rest.
 *
 * `new KernelLogisticRegression<string>()` takes strings as labels, and predicts strings; with `task:
 * 'multilabel'` (and `logistic` by default) `<string[]>` the names of each row's labels.
 *
 * Zhu & Hastie, "Kernel logistic regression and the import vector machine", 2005.
 */
export class KernelLogisticRegression<P extends Label | string[] = Label> extends KernelModel<P> {
  protected static override readonly estimator = 'KernelLogisticRegression';
  protected static override readonly defaults = { loss: softmaxCrossEntropy };
}
