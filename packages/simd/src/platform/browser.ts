import { workerText } from '../wasm/worker-text.ts';
import type { Platform } from './platform.ts';

/**
 * Pages and their workers. A thread runs the module beside this one, or the same text as a blob if
 * that is not found.
 */
export const browserPlatform: Platform = {
  cores: () => globalThis.navigator?.hardwareConcurrency || 1,
  canShare: () => globalThis.crossOriginIsolated === true,
  canWait: () => typeof document === 'undefined',
  joinsVectors: () => false,
  start(start, lost) {
    let ended = false;
    let worker: Worker;
    const open = (make: () => Worker, failed: () => void) => {
      try {
        worker = make();
        worker.onerror = (event) => {
          event.preventDefault();
          if (!ended) failed();
        };
        worker.postMessage(start);
      } catch {
        failed();
      }
    };
    // It is called later, because the caller does not have the handle yet.
    const gone = () => queueMicrotask(lost);
    // Bundlers find a worker by exactly this expression; a policy may forbid blobs but not files.
    open(
      () => new Worker(new URL('../worker.js', import.meta.url), { type: 'module' }),
      () => open(fromBlob, gone),
    );
    return {
      terminate() {
        ended = true;
        worker?.terminate();
      },
    };
  },
};

function fromBlob(): Worker {
  const url = URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}
