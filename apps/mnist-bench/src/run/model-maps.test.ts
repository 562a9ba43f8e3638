import { expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { kernels } from '../parts/kernels.ts';
import { maps } from '../parts/maps.ts';
import { namesOf } from '../parts/variants.ts';
import { createMap } from './model.ts';

const random = namesOf(maps).filter((map) => map !== 'identity');

it.each(random)('makes %s of the width and the seed that are asked for', (map) => {
  const layer = createMap(complete({ map, outputDim: 64, seed: 5 }));
  expect(layer.getConfig()).toMatchObject({ outputDim: 64, seed: 5 });
});

it.each(namesOf(kernels))('knows the kernel %s and gives it the scale', (kernel) => {
  const layer = createMap(complete({ kernel, scale: 3 }));
  expect(JSON.stringify(layer.getConfig())).toMatch(/"scale":3\b/);
});

it('refuses what does not go together', () => {
  expect(() => createMap(complete({ map: 'orf', kernel: 'laplacian' }))).toThrow(/must suit/);
});
