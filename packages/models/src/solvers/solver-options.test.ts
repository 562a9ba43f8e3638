import { expect, it } from 'vitest';
import { adam } from './adam.ts';
import { direct } from './direct.ts';
import { eigenpro } from './eigenpro/eigenpro.ts';
import { newton } from './newton/newton.ts';
import { sgd } from './sgd.ts';
import { smo } from './smo/smo.ts';

it.each([
  [
    () => adam({ lr: 1 } as never),
    'The options of `adam` must be among learningRate, featureType. Received: lr. Here that is `learningRate`.',
  ],
  [
    () => sgd({ momentun: 0.9 } as never),
    'The options of `sgd` must be among learningRate, momentum, featureType. Received: momentun. Did you mean',
  ],
  [
    () => newton({ tol: 1e-3 } as never),
    'The options of `newton` must be among tolerance, maxIterations. Received: tol.',
  ],
  [
    () => smo({ C: 1 } as never),
    'The options of `smo` must be among tolerance, maxStepsPerRow. Received: C. Here that is `l2`',
  ],
  [
    () => direct({ alpha: 1 } as never),
    'The options of `direct` must be among l2, accuracy. Received: alpha.',
  ],
  [() => eigenpro(null as never), 'The options of `eigenpro` must be an object. Received: null.'],
])('%#: a solver names an option that it does not have', (make, message) => {
  expect(make).toThrow(message);
});
