import type { Engine } from '../engine.ts';
import { createHeap } from '../memory.ts';
import { SimdUnavailableError } from '../unavailable.ts';
import { kernelNames } from '../wasm/tables.ts';
import { kernels } from './kernels.ts';
import { JavaScriptMemory } from './memory.ts';

/**
 * The kernels that train models, in plain JavaScript on one thread. `unavailable` is the reason, if
 * it was not requested.
 */
export function createJavaScriptEngine(
  maximum?: number,
  unavailable?: SimdUnavailableError,
): Engine {
  const heap = createHeap((pages) => ({ memory: new JavaScriptMemory(2), pages }), maximum);
  const { memory } = heap;
  let disposed = false;
  return {
    ...{ variant: 'javascript', shared: false, wholeJobs: true, heap, unavailable },
    pool: {
      threads: 1,
      joined: 0,
      setThreads() {},
      run(id, args, { parts }) {
        if (disposed) throw new Error('This instance is disposed.');
        const name = kernelNames[id];
        const kernel = kernels[name];
        if (!kernel) {
          const reason = unavailable ? ` ${unavailable.message}` : '';
          throw new SimdUnavailableError(`The kernel \`${name}\` needs WebAssembly.${reason}`, {
            cause: unavailable,
          });
        }
        kernel(memory, args, parts);
      },
      dispose() {
        disposed = true;
      },
    },
  };
}
