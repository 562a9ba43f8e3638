import '@kernel-methods/backend-simd';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';

export type BackendName = 'cpu' | 'wasm' | 'simd';

/** Runs the same tests on each tfjs backend. */
export function describeOnBackends(
  name: string,
  tests: (backend: BackendName) => void,
  backends: readonly BackendName[] = ['cpu', 'wasm', 'simd'],
): void {
  describe.each(backends)(`${name} [%s]`, (backend) => {
    beforeAll(async () => {
      // tfjs's greeting on the console would fail the test. (IS_TEST silences it as well, but turns
      // on a check for leaks that the wasm backend fails.)
      tf.enableProdMode();
      await tf.setBackend(backend);
    });
    tests(backend);
  });
}
