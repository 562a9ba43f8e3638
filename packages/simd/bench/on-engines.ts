import type { Simd } from '../src/index.ts';
import { type Engine, forEngines } from './engines.ts';
import type { Contestant } from './row.ts';
import type { Timed } from './timed.ts';

/** The work on an engine. */
export const onEngine = (
  engine: Engine,
  prepare: (simd: Simd) => Timed,
  { threads = 2, work }: { threads?: number; work?: number } = {},
): Contestant => ({
  work,
  prepare(lab) {
    const simd = lab.simd(engine, threads);
    return simd && prepare(simd);
  },
});

/** The work on both engines, with two threads. */
export const onEngines = (prepare: (simd: Simd) => Timed, work?: number) =>
  forEngines((engine) => onEngine(engine, prepare, { work }));
