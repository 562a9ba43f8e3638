import { createRandom } from '@kernel-methods/random';
import SVM from 'ml-svm';
import { runPeer } from './js-peer.ts';

// The simplified SMO of ml-svm, in plain JavaScript. It knows two classes: a machine for each class
// against the rest.

await runPeer('ml-svm', ['cost', 'gamma', 'iterations'], ({ cost, gamma, iterations, seed }) => {
  const random = createRandom(seed).stream('ml-svm');
  const machines = Array.from(
    { length: 10 },
    () =>
      new SVM({
        C: cost,
        kernel: 'rbf',
        kernelOptions: { sigma: 1 / Math.sqrt(2 * gamma) },
        // It divides by the range of each pixel, and that of a pixel that is always white is 0.
        whitening: false,
        maxIterations: iterations,
        random: () => random.uniform(),
      }),
  );
  return {
    fit(x, classes) {
      machines.forEach((machine, own) => {
        machine.train(
          x,
          classes.map((one) => (one === own ? 1 : -1)),
        );
      });
    },
    predict(x) {
      const margins = machines.map((machine) => machine.margin(x));
      return x.map((_, row) => margins.map((margin) => margin[row]));
    },
  };
});
