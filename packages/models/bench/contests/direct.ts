import { type Engine, engines, forEngines } from '../../../simd/bench/engines.ts';
import { mnistBench, onEngine, python } from '../commands.ts';
import type { Contest, Contestant } from '../contest.ts';

const peer = 'RBFSampler + RidgeClassifier';
const [rows, features, alpha] = [60_000, 4096, 1e-3];

/**
 * The same kernel and the same penalty: gamma 1/98 is scale 7; scikit-learn's features are √(2/D)
 * times ours, so its alpha is D/2 times as much here; and l2 = 2·alpha/n over 10 outputs.
 */
const l2 = (2 * ((alpha * features) / 2)) / (rows * 10);

const ours = (engine: Engine): Contestant => ({
  time: 'process',
  command(lab) {
    const options = {
      ...{ loss: 'mse', solver: 'direct', l2, scale: 7, 'validation-split': 0 },
      'output-dim': lab.quick ? 256 : features,
      ...(lab.quick && { rows: 3000 }),
    };
    return onEngine(engine, lab, mnistBench(lab, options));
  },
  facts: ({ testAccuracy }: { testAccuracy: number }) => ({ testAccuracy }),
});

export const direct: Contest = {
  name: 'direct: 4,096 gaussian features, 60,000 rows, ridge, and 10,000 rows predicted',
  contestants: {
    ...forEngines(ours),
    [peer]: {
      time: 'process',
      command: (lab) =>
        python(lab, 'ridge', {
          features: lab.quick ? 256 : features,
          rows: lab.quick ? 3000 : rows,
          alpha,
          gamma: 1 / 98,
        }),
    },
  },
  bars: [
    { of: engines.wasm, against: peer, atLeast: 1.25 },
    { of: engines.native, against: peer, atLeast: 2 },
  ],
  claims: Object.values(engines).map((ours) => ({
    what: `test accuracy, ${ours}`,
    value: (facts) => facts[ours]?.testAccuracy,
    atLeast: 0.969,
  })),
};
