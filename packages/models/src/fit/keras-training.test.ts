import { randomFourierFeatures } from '@kernel-methods/features';
import { lossByName } from '@kernel-methods/losses';
import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { kerasRuns } from '../../../losses/src/fixtures/keras-runs.ts';
import { kerasAdam } from '../solvers/keras-adam.ts';

describeOnBackends("the seed's program in small, against Keras", () => {
  it.each(kerasRuns.map((run) => [run.loss, run.init, run] as const))(
    '%s, %s',
    async (name, init, run) => {
      const features = randomFourierFeatures({
        inputShape: [6],
        outputDim: run.outputDim,
        kernelInitializer: init,
        scale: run.scale,
      });
      const model = tfl.sequential({ layers: [features, tfl.layers.dense({ units: run.units })] });
      tf.tidy(() => {
        // tfjs lists trainable weights first: head, then map.
        const weights = run.initialWeights.map(({ shape, values }) => tf.tensor(values, shape));
        features.setWeights(weights.slice(0, 3));
        model.layers[1].setWeights(weights.slice(3));
      });
      const optimizer = kerasAdam(run.learningRate);
      model.compile({
        optimizer,
        loss: lossByName(name),
        metrics: ['accuracy'],
      });
      const [x, y] = [tf.tensor2d(run.x), tf.tensor2d(run.y)];
      const { epochs, batchSize, validationSplit } = run;
      const options = { epochs, batchSize, validationSplit, shuffle: false, verbose: 0 } as const;
      const { history } = await model.fit(x, y, options);
      const near = (ours: ArrayLike<number>, keras: number[]) =>
        expect(maxAbsDifference(ours, keras)).toBeLessThan(5e-5);
      near(history.loss as number[], run.history.loss);
      near(history.val_loss as number[], run.history.val_loss);
      near(history.acc as number[], run.history.acc);
      near(history.val_acc as number[], run.history.val_acc);
      const final = [...features.getWeights(), ...model.layers[1].getWeights()];
      final.forEach((weight, i) => {
        near(weight.dataSync(), run.finalWeights[i].values);
      });
      const predictions = model.predict(x) as tf.Tensor;
      near(predictions.dataSync(), run.predictions.flat());
      tf.dispose([x, y, predictions]);
      optimizer.dispose();
      model.dispose();
    },
  );
});
