import { type Engine, engines, forEngines } from '../../../simd/bench/engines.ts';
import { mnistBench, onEngine } from '../commands.ts';
import type { Contest, Contestant } from '../contest.ts';

const on = (variant: string, engine: Engine): Contestant => ({
  time: 'process',
  command(lab) {
    const small = { rows: 3000, 'output-dim': 256 };
    return onEngine(engine, lab, mnistBench(lab, { variant, ...(lab.quick && small) }));
  },
  facts: ({ testAccuracy }: { testAccuracy: number }) => ({ testAccuracy }),
});

/** The variants of mnist-bench, each on both engines: how many times as fast the native one is at least. */
export const presets: readonly Contest[] = [
  { variant: 'fast', atLeast: 1.4, accuracy: 0.992 },
  { variant: 'best', atLeast: 1.6, accuracy: 0.9935 },
  { variant: 'limit', atLeast: 1.8, accuracy: 0.994 },
].map(({ variant, atLeast, accuracy }) => ({
  name: `${variant}: mnist-bench --variant ${variant}, whole process, engine by engine`,
  contestants: forEngines((engine) => on(variant, engine)),
  bars: [{ of: engines.native, against: engines.wasm, atLeast }],
  claims: Object.values(engines).map((engine) => ({
    what: `test accuracy, ${engine}`,
    value: (facts) => facts[engine]?.testAccuracy,
    atLeast: accuracy,
  })),
}));
