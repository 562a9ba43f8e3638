import { expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { identityOf } from './identity.ts';

const ours = (config: object) => identityOf({ system: 'kernel-methods', config });
const seed = complete({});

it('is equal where the same is measured', () => {
  const { map, ...before } = seed;
  expect(map).toBe('rff');
  for (const other of [
    { ...seed, seed: 7, save: 'a', json: 'b', data: 'c', progress: 'json' },
    Object.fromEntries(Object.entries(seed).reverse()),
    JSON.parse(JSON.stringify(seed)),
    // Written by the program before it knew of maps.
    before,
    { ...seed, l2: null },
    { ...seed, variant: 'fast' },
  ]) {
    expect(ours(other)).toBe(ours(seed));
  }
});

it('differs where another thing is measured', () => {
  for (const other of [
    { ...seed, outputDim: 512 },
    { ...seed, l2: 0 },
    { ...seed, map: 'orf' },
    complete({ variant: 'fast' }),
  ]) {
    expect(ours(other)).not.toBe(ours(seed));
  }
  expect(identityOf({ system: 'keras', config: seed })).not.toBe(ours(seed));
  // Our defaults are not a peer's.
  expect(identityOf({ system: 'keras', config: { epochs: 20 } })).not.toBe(
    identityOf({ system: 'keras', config: {} }),
  );
});
