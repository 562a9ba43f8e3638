import { type Engine, engines, forEngines } from '../../../simd/bench/engines.ts';
import { onEngine, program, python } from '../commands.ts';
import type { Contest, Contestant } from '../contest.ts';

const peer = "Keras's predict";
const size = (quick: boolean) => ({ rows: quick ? 1000 : 10_000, features: quick ? 256 : 4096 });

const ours = (engine: Engine): Contestant => ({
  time: 'work',
  command: (lab) => onEngine(engine, lab, program(lab, 'predict', size(lab.quick))),
});

/**
 * One call on all images, which works through them in batches of 32: `model.predict(x, { batchSize:
 * 32 })` of tfjs, which is Keras's `model.predict(x)`.
 */
export const predict: Contest = {
  name: 'predict: 10,000 images, 4,096 features, batches of 32',
  contestants: {
    ...forEngines(ours),
    [peer]: { time: 'work', command: (lab) => python(lab, 'keras_predict', size(lab.quick)) },
  },
  bars: Object.values(engines).map((of) => ({ of, against: peer, atLeast: 1.5 })),
};
