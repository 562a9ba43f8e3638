import { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { RandomFourierFeatures } from './index.ts';
import { registerLayer } from './register-layer.ts';

const registered = (name: string) =>
  serialization.SerializationMap.getMap().classNameMap[name]?.[0];

it('registers the layer once', () => {
  expect(registered('RandomFourierFeatures')).toBe(RandomFourierFeatures);
});

it('keeps the first of two copies of one layer, and refuses another of its name', () => {
  const copy = (origin: string) =>
    class extends layers.Layer {
      static readonly className = 'RegisteredTwice';
      static readonly origin = origin;
    };
  const first = copy('here');
  registerLayer(first);
  registerLayer(copy('here'));
  expect(registered('RegisteredTwice')).toBe(first);
  expect(() => registerLayer(copy('elsewhere'))).toThrow(
    "Another class is already registered as 'RegisteredTwice'.",
  );
});
