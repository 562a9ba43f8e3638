import { engines, forEngines } from '../../../simd/bench/engines.ts';
import { onEngine, program } from '../commands.ts';
import type { Contest, Contestant } from '../contest.ts';

const peer = 'libsvm-js';

/**
 * Both fit the first rows and predict the first 1,000 test images; loading is not counted. libsvm-js
 * has the gaussian kernel of pixels (C = 5, gamma = 0.02), ours that of 8 filters' responses (every
 * second patch) by 256
 * random features.
 */
export const libsvm: Contest[] = [5000, 10_000].map((rows) => {
  const size = (quick: boolean) => ({ rows: quick ? rows / 20 : rows });
  return {
    name: `libsvm-js: ${rows} rows, fit and 1,000 rows predicted`,
    contestants: {
      ...forEngines(
        (engine): Contestant => ({
          time: 'work',
          command: (lab) => onEngine(engine, lab, program(lab, 'small-ridge', size(lab.quick))),
        }),
      ),
      [peer]: { time: 'work', command: (lab) => program(lab, 'libsvm', size(lab.quick)) },
    },
    bars: Object.values(engines).map((of) => ({ of, against: peer, atLeast: 50 })),
    claims: Object.values(engines).map((ours) => ({
      what: `test accuracy less libsvm-js's, ${ours}`,
      value: (facts) => facts[ours]?.testAccuracy - facts[peer]?.testAccuracy,
      atLeast: 0,
    })),
  };
});
