import { lossByName } from '@kernel-methods/losses';
import { maxAbsDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { type KerasRun, kerasRuns } from '../../../losses/src/fixtures/keras-runs.ts';
import { describeOnNumerics } from '../fixtures/describe-on-numerics.ts';
import { examplesFrom } from '../fixtures/examples-from.ts';
import { adam } from './adam.ts';
import { contextOf } from './fixtures/small-problem.ts';

describeOnNumerics('adam against Keras', (numerics) => {
  it.each(kerasRuns.map((run) => [run.loss, run.init, run] as const))(
    '%s, %s',
    async (name, _, run) => {
      const loss = lossByName(name);
      const { units, outputDim: width, learningRate, batchSize, epochs } = run;
      const z = features(run);
      const sign = loss.coding === 'sign';
      const y = Float32Array.from(run.y.flat(), (target) => (sign ? 2 * target - 1 : target));
      const rows = Math.floor(run.x.length * (1 - run.validationSplit));
      const some = (from: number, to: number) => {
        const [features, targets] = [z.slice(from * width, to * width), y.slice(from * units)];
        const own = targets.slice(0, (to - from) * units);
        return examplesFrom(numerics, features, own, { rows: to - from, width, units });
      };
      const [shuffled, validation] = [some(0, rows), some(rows, run.x.length)];
      // Keras ran without shuffling.
      const training = { ...shuffled, chunks: () => shuffled.chunks() };
      const [kernel, bias] = run.initialWeights.slice(3).map(({ values }) => values);
      const weights = transposed(kernel, width);
      const head = { weights, bias: Float32Array.from(bias) };
      const problem = { training, validation, loss, head, classify: true };
      const context = contextOf(numerics, { epochs, batchSize });
      const { history } = await adam({ learningRate }).solve(problem, context);
      const near = (ours: ArrayLike<number>, keras: ArrayLike<number>) =>
        expect(maxAbsDifference(ours, keras)).toBeLessThan(1e-4);
      near(weights, transposed(run.finalWeights[3].values, width));
      near(head.bias, run.finalWeights[4].values);
      const tell = (name: keyof (typeof history)[0]) => history.map((record) => record[name]!);
      near(tell('loss'), run.history.loss);
      near(tell('accuracy'), run.history.acc);
      near(tell('valLoss'), run.history.val_loss);
      near(tell('valAccuracy'), run.history.val_acc);
      shuffled.dispose();
      validation.dispose();
    },
  );
});

/** cos(x·W / σ + b). */
function features({ x, outputDim, initialWeights }: KerasRun): Float32Array {
  const [[scale], frequencies, phases] = initialWeights.map(({ values }) => values);
  return Float32Array.from({ length: x.length * outputDim }, (_, at) => {
    const column = at % outputDim;
    const dot = (sum: number, value: number, i: number) =>
      sum + (value * frequencies[i * outputDim + column]) / scale;
    return Math.cos(x[Math.floor(at / outputDim)].reduce(dot, phases[column]));
  });
}

/** Of `width` rows. */
function transposed(values: readonly number[], width: number): Float32Array {
  const units = values.length / width;
  return Float32Array.from(
    values,
    (_, at) => values[(at % width) * units + Math.floor(at / width)],
  );
}
