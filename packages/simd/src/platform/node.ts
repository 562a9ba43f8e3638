import { isAscii } from 'node:buffer';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { wide } from '../wasm/wide.ts';
import { workerText } from '../wasm/worker-text.ts';
import type { Platform } from './platform.ts';

// V8 accepts either separator between words.
const JOINS = /^--experimental[-_]wasm[-_]revectorize$/;

// V8 does this on x64 only, and programs can only see the flag.
const joinsVectors = process.arch === 'x64' && process.execArgv.some((flag) => JOINS.test(flag));
const text256 = new Uint8Array(256);

/**
 * Node, Bun and Deno. Threads are started from source text, so no file must be found after
 * bundling.
 */
export const nodePlatform: Platform = {
  cores,
  canShare: () => true,
  canWait: () => true,
  joinsVectors: () => joinsVectors,
  // V8 leaves the upper halves of registers in use, and Math.log and the like are ten times as slow until they are
  // cleared. This call clears them: it reads text with AVX2 itself, in compiled code that cleans up.
  afterKernel: joinsVectors ? () => void isAscii(text256) : undefined,
  wide,
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

/** Deno may refuse to say. */
function cores(): number {
  try {
    return availableParallelism();
  } catch {
    return globalThis.navigator?.hardwareConcurrency || 1;
  }
}
