import type { Engine } from '../engine.ts';
import { ARGS, MAX_ARGS } from '../pool.ts';
import { kernelNames, type WasmKernelName } from '../wasm/tables.ts';
import type { NativeAddon } from './addon.ts';

/** Kernels that the native engine alone has: each does the work of several of WebAssembly's. */
const ownNames = ['matmul', 'packMatrix', 'gramProduct', 'matmul64', 'eigh', 'svd'] as const;

/** The name of a kernel that the native engine alone has. */
export type NativeKernelName = (typeof ownNames)[number];

const names: readonly (WasmKernelName | NativeKernelName)[] = [...kernelNames, ...ownNames];

/** The number of a kernel, by its name, for `Pool.run`. */
export const kernelIds: ReadonlyMap<string, number> = new Map(names.map((name, id) => [name, id]));

/**
 * The kernels of an addon on the memory of a WebAssembly engine, which runs what the addon lacks. The threads are the
 * addon's own; they start with the first job of several parts.
 */
export function createNativeEngine(
  wasm: Engine,
  addon: NativeAddon,
  threads: number,
  why: string,
): Engine {
  const { memory } = wasm.heap;
  const numbers = new Map(addon.kernelNames().map((name, number) => [name, number]));
  const numberOf = names.map((name) => numbers.get(name));
  let buffer = memory.buffer;
  let slots = new Float64Array(buffer, ARGS, MAX_ARGS);
  const engine = new addon.Engine(new Uint8Array(buffer));
  let count = threads;
  let disposed = false;

  function setArguments(args: readonly number[]): void {
    if (disposed) throw new Error('This instance is disposed.');
    // Both engines read their arguments at the same place.
    wasm.pool.settle?.();
    // A memory that has grown is another buffer.
    if (memory.buffer !== buffer) {
      buffer = memory.buffer;
      slots = new Float64Array(buffer, ARGS, MAX_ARGS);
      engine.attach(new Uint8Array(buffer));
    }
    for (let i = 0; i < args.length; i++) slots[i] = args[i];
  }

  return {
    ...wasm,
    about: { name: 'native', why },
    speed: 4,
    has: (kernel) => numbers.has(kernel),
    begin(kernel, args) {
      setArguments(args);
      engine.begin(numbers.get(kernel)!, count);
      return (milliseconds) => engine.wait(milliseconds);
    },
    pool: {
      get threads() {
        return count;
      },
      get joined() {
        return wasm.pool.joined;
      },
      setThreads(wanted) {
        count = wanted;
        wasm.pool.setThreads(wanted);
      },
      run(kernel, args, parts, repeatable) {
        const number = numberOf[kernel];
        if (number === undefined) {
          wasm.pool.run(kernel, args, parts, repeatable);
          wasm.afterKernel?.();
          return;
        }
        setArguments(args);
        engine.run(number, parts.parts, parts.from, parts.to, count);
      },
      dispose() {
        disposed = true;
        engine.dispose();
        wasm.pool.dispose();
      },
    },
    afterKernel: undefined,
  };
}
