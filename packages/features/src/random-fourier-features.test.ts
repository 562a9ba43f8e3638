import { describeFeatureMap } from '@kernel-methods/test-utils';
import { gaussian, type KernelInitializer, randomFourierFeatures } from './index.ts';

const cases: [string, KernelInitializer, number | undefined][] = [
  ['gaussian', 'gaussian', undefined],
  ['laplacian', 'laplacian', 2],
  ['a kernel object', gaussian({ scale: 1.5 }), undefined],
  ['a tfjs initializer', 'heNormal', undefined],
];
// More than 48 features and inputs: backends have been wrong beyond that.
const [inputDim, outputDim] = [50, 60];

for (const [name, kernelInitializer, scale] of cases) {
  for (const normalize of [false, true]) {
    describeFeatureMap(`randomFourierFeatures of ${name}, normalize ${normalize}`, {
      create: (config) =>
        randomFourierFeatures({ ...config, outputDim, kernelInitializer, scale, normalize }),
      inputDim,
      outputDim,
      oracle([sigma, kernel, bias], row) {
        const factor = normalize ? Math.sqrt(2 / outputDim) : 1;
        return bias.map((phase, j) => {
          let angle = phase;
          for (let i = 0; i < inputDim; i++) {
            angle += (row[i] * kernel[i * outputDim + j]) / sigma[0];
          }
          return factor * Math.cos(angle);
        });
      },
      tolerance: name === 'laplacian' ? 1e-4 : 1e-5,
      gradientTolerance: 1e-3,
    });
  }
}
