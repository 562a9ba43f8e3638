import { ours } from '../commands.ts';
import type { Contest } from '../contest.ts';

const [who, peer] = ['8 values of l2 by 5 folds', 'one direct fit'];
const size = (quick: boolean) => ({ rows: quick ? 3000 : 60_000, features: quick ? 256 : 2048 });

/** Our own fit is the measure: in under 2.5 times its time, at a rate of 0.4. */
export const selection: Contest = {
  name: 'selection: cross-validation of ridge, 2,048 gaussian features, 60,000 rows',
  contestants: {
    [who]: {
      time: 'work',
      command: (lab) => ours(lab, 'select', { ...size(lab.quick), l2: 8 }),
    },
    [peer]: { time: 'work', command: (lab) => ours(lab, 'select', { ...size(lab.quick), l2: 0 }) },
  },
  bars: [{ of: who, against: peer, atLeast: 0.4 }],
};
