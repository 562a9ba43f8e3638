import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerText } from '../wasm/worker-text.ts';
import type { Platform } from './platform.ts';

/** Node: worker threads from a text, so that no file must be found after bundling. */
export const platform: Platform = {
  cores: availableParallelism,
  canShare: () => true,
  canWait: () => true,
  start(workerData, lost) {
    const text = `${workerText}\nwork(require('node:worker_threads').workerData);`;
    const worker = new Worker(text, { eval: true, workerData, execArgv: [] });
    worker.unref();
    worker.on('error', lost);
    worker.on('exit', lost);
    return {
      terminate() {
        worker.off('exit', lost);
        void worker.terminate();
      },
    };
  },
};
