import { type Engine, engines, forEngines } from '../../../simd/bench/engines.ts';
import { onEngine, program, python } from '../commands.ts';
import type { Contest, Contestant, Lab } from '../contest.ts';
import { drawMap } from '../programs/cosine-map.ts';

const peer = 'LinearSVC';
const [rows, C] = [60_000, 1e-2];

const options = ({ folder, quick }: Lab) => ({
  map: `${folder}/map`,
  features: quick ? 256 : 4096,
  rows: quick ? 3000 : rows,
  l2: 1 / (C * (quick ? 3000 : rows) * 10),
});

const ours = (engine: Engine): Contestant => ({
  time: 'work',
  command: (lab) => onEngine(engine, lab, program(lab, 'newton', options(lab))),
});

/**
 * One objective over the same features: mean squared hinge + (l2/2)‖W‖². Features are computed
 * before the clock starts, on both sides.
 */
export const newton: Contest = {
  name: 'newton: squared hinge, 4,096 gaussian features, 60,000 rows; features excluded on both sides',
  prepare: (lab) => drawMap(options(lab).map, options(lab).features, 7),
  contestants: {
    ...forEngines(ours),
    [peer]: { time: 'work', command: (lab) => python(lab, 'linear_svc', options(lab)) },
  },
  bars: [
    { of: engines.wasm, against: peer, atLeast: 3 },
    { of: engines.native, against: peer, atLeast: 12 },
  ],
  claims: Object.values(engines).flatMap((ours) => [
    {
      what: `test accuracy, ${ours}`,
      value: (facts) => facts[ours]?.testAccuracy,
      atLeast: 0.976,
    },
    {
      what: `objective over LinearSVC's, ${ours}`,
      value: (facts) => facts[ours]?.objective / facts[peer]?.objective,
      atMost: 1,
    },
  ]),
};
