import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compose, deserializeKernel, identity, matern, nystroem, tensorSketch } from './index.ts';

const revive = (className: string, config: unknown) => {
  const [cls, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className];
  return fromConfig(cls, config as tf.serialization.ConfigDict);
};
const group = () => compose([identity({ name: 'a' })]).getConfig() as { maps: unknown };
const map = () => nystroem({ outputDim: 3, kernel: matern({ nu: 2.5 }) }).getConfig();

const nested = (levels: number) => {
  let maps: unknown = group().maps;
  for (let i = 0; i < levels; i++) {
    maps = [{ className: 'ComposedFeatures', config: { name: `level${i}`, maps } }];
  }
  return maps;
};

it.each([
  ['x', "`maps` must be a list of one layer or more. Received: 'x'."],
  [[], '`maps` must be a list of one layer or more. Received: [].'],
  [[null], '`maps[0]` must be an object. Received: null.'],
  [[{ className: '__proto__', config: {} }], "Received: '__proto__'."],
  [[{ className: 'constructor', config: {} }], "Received: 'constructor'."],
  [[{ className: 'Adam', config: {} }], "`maps` must be of registered classes. Received: 'Adam'."],
  [[{ className: 'IdentityFeatures' }], '`maps[0].config` must be an object. Received: undefined.'],
  [[{ className: 'IdentityFeatures', config: null }], '`maps[0].config` must be an object.'],
  [[{ className: 'IdentityFeatures', config: { units: 1 } }], "Received: 'units'."],
])('a group of maps from %j is refused', (maps, message) => {
  const { maps: _, ...config } = group();
  expect(() => revive('ComposedFeatures', { ...config, maps })).toThrow(message);
});

it('maps may be nested, but not without an end', () => {
  const { maps: _, ...config } = group();
  expect(() => revive('ComposedFeatures', { ...config, maps: nested(20) })).not.toThrow();
  expect(() => revive('ComposedFeatures', { ...config, maps: nested(20_000) })).toThrow(
    '`maps` must be nested 32 deep at most.',
  );
});

it.each([
  [undefined, '`kernel` must be in the config of a saved layer. Received: undefined.'],
  [null, '`kernel` must be a kernel or its name. Received: null.'],
  [5, '`kernel` must be a kernel or its name. Received: 5.'],
  ['nope', 'The kernel must be one of'],
  [{ className: 'matern' }, '`config` must be an object. Received: undefined.'],
  [{ className: 'matern', config: null }, '`config` must be an object. Received: null.'],
  [{ className: 'matern', config: {} }, "must hold what the kernel 'matern' saves: nu."],
  [
    { className: 'matern', config: { nu: '2' } },
    "`nu` must be a positive finite number. Received: '2'.",
  ],
  [{ className: 'matern', config: { nu: 2, alpha: 1 } }, 'Received: {"nu":2,"alpha":1}.'],
  [{ className: 'gaussian', config: { scale: null } }, '`scale` must be a positive finite number.'],
])('a saved Nystroem with the kernel %j is refused', (kernel, message) => {
  const { kernel: _, ...config } = map();
  expect(() => revive('Nystroem', kernel === undefined ? config : { ...config, kernel })).toThrow(
    message,
  );
});

it('any JSON as a kernel is one, or an error that says what it must be', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      for (const kernel of [value, { className: 'matern', config: value }]) {
        try {
          deserializeKernel(kernel as never);
        } catch (error) {
          expect((error as Error).message).toMatch(/must (be|hold)/);
        }
      }
    }),
  );
});

it('a degree that would never end is refused', () => {
  expect(() => tensorSketch({ outputDim: 4, degree: 1e9 })).toThrow(
    '`degree` must be 100 at most. Received: 1000000000.',
  );
});
