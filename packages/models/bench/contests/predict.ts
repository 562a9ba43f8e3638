import { ours, python } from '../commands.ts';
import type { Contest } from '../contest.ts';

const [who, peer] = ["a fitted machine's LayersModel", "Keras's predict"];
const size = (quick: boolean) => ({ rows: quick ? 1000 : 10_000, features: quick ? 256 : 4096 });

/**
 * One call on all images, which works through them in batches of 32: `model.predict(x, { batchSize:
 * 32 })` of tfjs, which is Keras's `model.predict(x)`.
 */
export const predict: Contest = {
  name: 'predict: 10,000 images, 4,096 features, batches of 32',
  contestants: {
    [who]: { time: 'work', command: (lab) => ours(lab, 'predict', size(lab.quick)) },
    [peer]: { time: 'work', command: (lab) => python(lab, 'keras_predict', size(lab.quick)) },
  },
  bars: [{ of: who, against: peer, atLeast: 1.5 }],
};
