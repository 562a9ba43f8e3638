import { mnistBench, python } from '../commands.ts';
import type { Contest } from '../contest.ts';

const [who, peer] = ['mnist-bench, whole process', 'RBFSampler + RidgeClassifier'];
const [rows, features, alpha] = [60_000, 4096, 1e-3];

/**
 * The same kernel and the same penalty: gamma 1/98 is scale 7; scikit-learn's features are √(2/D)
 * times ours, so its alpha is D/2 times as much here; and l2 = 2·alpha/n over 10 outputs.
 */
const l2 = (2 * ((alpha * features) / 2)) / (rows * 10);

export const direct: Contest = {
  name: 'direct: 4,096 gaussian features, 60,000 rows, ridge, and 10,000 rows predicted',
  contestants: {
    [who]: {
      time: 'process',
      command: (lab) =>
        mnistBench(lab, {
          ...{ loss: 'mse', solver: 'direct', l2, scale: 7, 'validation-split': 0 },
          'output-dim': lab.quick ? 256 : features,
          ...(lab.quick && { rows: 3000 }),
        }),
      facts: ({ testAccuracy }: { testAccuracy: number }) => ({ testAccuracy }),
    },
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
  bars: [{ of: who, against: peer, atLeast: 1.25 }],
  claims: [{ what: 'test accuracy', value: (facts) => facts[who].testAccuracy, atLeast: 0.969 }],
};
