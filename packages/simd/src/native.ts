import type { NativeAddon } from '@kernel-methods/native';
import { ARGS, MAX_ARGS } from './pool.ts';

/** The native kernels over a memory. */
export interface NativeKernels {
  /** Whether a kernel is there. */
  has(kernel: string): boolean;
  run(kernel: string, args: readonly number[], parts: number, threads: number): void;
  dispose(): void;
}

/** The kernels of an addon over a memory; its threads start with the first job of several parts. */
export function nativeKernels(addon: NativeAddon, memory: WebAssembly.Memory): NativeKernels {
  const numbers = new Map(addon.kernelNames().map((name, number) => [name, number]));
  let buffer = memory.buffer;
  let slots = new Float64Array(buffer, ARGS, MAX_ARGS);
  const engine = new addon.Engine(new Uint8Array(buffer));
  let disposed = false;

  return {
    has: (kernel) => numbers.has(kernel),
    run(kernel, args, parts, threads) {
      if (disposed) throw new Error('This instance is disposed.');
      // A memory that has grown is another buffer.
      if (memory.buffer !== buffer) {
        buffer = memory.buffer;
        slots = new Float64Array(buffer, ARGS, MAX_ARGS);
        engine.attach(new Uint8Array(buffer));
      }
      for (let i = 0; i < args.length; i++) slots[i] = args[i];
      engine.run(numbers.get(kernel)!, parts, threads);
    },
    dispose() {
      disposed = true;
      engine.dispose();
    },
  };
}
