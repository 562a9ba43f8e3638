import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { Simd } from '../src/index.ts';
import type { Engine } from './engines.ts';
import { type Python, startPython } from './python.ts';
import { type Timed, timed } from './timed.ts';

/** What contestants run on. */
export interface Lab {
  /** An engine on so many threads. Undefined if it is the native one, and that is not built. */
  simd(engine: Engine, threads: number): Simd | undefined;
  /**
   * Times a tfjs program on a backend. What `prepare` makes is kept; what the program makes is disposed of. Undefined
   * if there is no such backend.
   */
  tfjs(backend: string, prepare: () => () => void): Promise<Timed | undefined>;
  /** Times a case of peers.py. Undefined if there is no Python, or if it lacks the package. */
  python(name: string, sizes?: Record<string, number>): Promise<Timed | undefined>;
  close(): void;
}

export async function openLab(interpreter: string): Promise<Lab> {
  const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(wasm)}/`);
  const instances = new Map<string, Simd>();
  const python: Python | undefined = await startPython(interpreter);
  return {
    simd(engine, threads) {
      const key = `${engine} ${threads}`;
      try {
        const simd = instances.get(key) ?? new Simd({ threads, engine });
        instances.set(key, simd);
        return simd;
      } catch (error) {
        if (engine === 'wasm') throw error;
        return undefined;
      }
    },
    async tfjs(backend, prepare) {
      if (tf.findBackendFactory(backend) === null) return undefined;
      await tf.setBackend(backend);
      const program = prepare();
      const run = timed(() => tf.tidy(program));
      return async () => {
        await tf.setBackend(backend);
        return run();
      };
    },
    async python(name, sizes = {}) {
      if (!python || !(await python.has(name))) return undefined;
      return () => python.time(name, sizes);
    },
    close() {
      python?.close();
      for (const simd of instances.values()) simd.dispose();
    },
  };
}

/** Repeatable float32 numbers in [−0.5, 0.5), in the instance's memory. */
export function fill(simd: Simd, length: number): number {
  const pointer = simd.alloc(4 * length);
  simd.f32(pointer, length).set(numbers(length));
  return pointer;
}

export function numbers(length: number): Float32Array {
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32 - 0.5;
  return out;
}
