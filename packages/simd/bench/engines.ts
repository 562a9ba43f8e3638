import type { Simd } from '../src/index.ts';
import type { Contestant } from './row.ts';
import type { Timed } from './timed.ts';

/** Simd's engines, and what they are called as contestants: each has a column of the table. */
export const engines = { wasm: 'WebAssembly', native: 'native' } as const;

export type Engine = keyof typeof engines;

/** A contestant, or whatever else, for each engine. */
export const forEngines = <T>(make: (engine: Engine) => T): Record<string, T> =>
  Object.fromEntries(
    Object.entries(engines).map(([engine, name]) => [name, make(engine as Engine)]),
  );

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
