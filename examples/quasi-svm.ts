/**
 * Keras's example "A Quasi-SVM", line by line in tfjs: random Fourier features of the gaussian
 * kernel, a linear layer, the hinge loss, Adam. On MNIST, Keras reaches a validation accuracy of
 * about 0.972 after 20 epochs.
 *
 *   node quasi-svm.ts [--quick]
 *
 * MNIST is looked for in $KERNEL_METHODS_DATA and the user's cache, and otherwise downloaded. The
 * program takes a minute or two on two cores; with `--quick` it uses a few synthetic digits and
 * takes seconds. `new KernelSVM()` is several times as fast, since it computes the features only
 * once.
 */
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { hinge, oneHot, randomFourierFeatures } from 'kernel-methods';
import { digits, quick } from './digits.ts';

const { train, test } = await digits();
const pixels = ({ x }: typeof train) => tf.tensor2d(x.data, [x.shape[0], 784]);
const classes = ({ y }: typeof train) =>
  tf.tensor2d(oneHot(y, { classes: 10 }).data, [y.length, 10]);

const model = sequential({
  layers: [
    randomFourierFeatures({
      inputShape: [784],
      outputDim: quick ? 512 : 4096,
      scale: 10,
      kernelInitializer: 'gaussian',
    }),
    layers.dense({ units: 10 }),
  ],
});
model.compile({ optimizer: tf.train.adam(1e-3), loss: hinge, metrics: ['accuracy'] });
await model.fit(pixels(train), classes(train), {
  epochs: 20,
  batchSize: quick ? 16 : 128,
  validationSplit: 0.2,
  verbose: 0,
  callbacks: {
    onEpochEnd: (epoch, logs) =>
      console.log(
        `epoch ${epoch + 1}: loss ${logs?.loss.toFixed(4)}, validation accuracy ${logs?.val_acc.toFixed(4)}`,
      ),
  },
});
const [, accuracy] = model.evaluate(pixels(test), classes(test)) as tf.Scalar[];
console.log(`test accuracy ${accuracy.dataSync()[0].toFixed(4)}`);
model.dispose();
