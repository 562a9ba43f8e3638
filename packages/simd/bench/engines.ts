/** Simd's engines, and what they are called as contestants: each has a column of the table. */
export const engines = { wasm: 'WebAssembly', native: 'native' } as const;

export type Engine = keyof typeof engines;

/** A contestant, or whatever else, for each engine. */
export const forEngines = <T>(make: (engine: Engine) => T): Record<string, T> =>
  Object.fromEntries(
    Object.entries(engines).map(([engine, name]) => [name, make(engine as Engine)]),
  );
