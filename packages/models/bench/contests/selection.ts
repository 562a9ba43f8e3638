import { type Engine, engines, forEngines } from '../../../simd/bench/engines.ts';
import { onEngine, program } from '../commands.ts';
import type { Contest, Contestant } from '../contest.ts';

/** Our own fit on the same engine is the measure. */
const fitOf = (engine: Engine) => `one direct fit, ${engines[engine]}`;
const size = (quick: boolean) => ({ rows: quick ? 3000 : 60_000, features: quick ? 256 : 2048 });

const select = (engine: Engine, values: number): Contestant => ({
  time: 'work',
  command: (lab) =>
    onEngine(engine, lab, program(lab, 'select', { ...size(lab.quick), l2: values })),
});

/** In under 2.5 times the time of one fit, at a rate of 0.4. */
export const selection: Contest = {
  name: 'selection: cross-validation of ridge, 8 values of l2 by 5 folds, 2,048 gaussian features, 60,000 rows',
  contestants: {
    ...forEngines((engine) => select(engine, 8)),
    [fitOf('wasm')]: select('wasm', 0),
    [fitOf('native')]: select('native', 0),
  },
  bars: (['wasm', 'native'] as const).map((engine) => ({
    of: engines[engine],
    against: fitOf(engine),
    atLeast: 0.4,
  })),
};
