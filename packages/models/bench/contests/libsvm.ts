import { ours } from '../commands.ts';
import type { Contest } from '../contest.ts';

const [who, peer] = ['KernelRidge on convolutions', 'libsvm-js'];

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
      [who]: { time: 'work', command: (lab) => ours(lab, 'small-ridge', size(lab.quick)) },
      [peer]: { time: 'work', command: (lab) => ours(lab, 'libsvm', size(lab.quick)) },
    },
    bars: [{ of: who, against: peer, atLeast: 50 }],
    claims: [
      {
        what: "test accuracy less libsvm-js's",
        value: (facts) => facts[who].testAccuracy - facts[peer].testAccuracy,
        atLeast: 0,
      },
    ],
  };
});
