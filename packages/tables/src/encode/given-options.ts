import type { Json } from './column-encoder.ts';

/** The options that were given to an encoder, as JSON, which has no infinity. */
export const givenOptions = (options: object): { readonly options?: Json } => {
  const given = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, value === Number.POSITIVE_INFINITY ? 'Infinity' : value]);
  return given.length === 0 ? {} : { options: Object.fromEntries(given) as Json };
};
