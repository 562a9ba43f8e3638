import type { NativeAddon } from '../native/addon.ts';

/** What a worker receives. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  slot: number;
  names: readonly string[];
  control: readonly number[];
}

/** A running worker, of a page or of Node. */
export interface WorkerHandle {
  terminate(): void;
}

/** What Node and a browser do differently. */
export interface Platform {
  /** The number of threads that the machine runs at once, 1 or more. */
  cores(): number;
  /** Whether memory may be shared with workers. */
  canShare(): boolean;
  /** Whether this thread may sleep until a worker wakes it. The main thread of a page may not. */
  canWait(): boolean;
  /** Whether the engine joins pairs of 128-bit operations to 256 bits. */
  joinsVectors(): boolean;
  /** Called after each job if the engine needs it. */
  readonly afterKernel?: () => void;
  /** The build for such an engine, in hexadecimal, if it is shipped. */
  readonly wide?: string;
  /** A variable of the environment, where there is one. */
  environment?(name: string): string | undefined;
  /** The addon of @kernel-methods/native. Throws where it is not installed or does not load. */
  loadNative?(): NativeAddon;
  /** Starts a worker that never keeps the process alive. `lost` is called once if it ends by itself. */
  start(start: WorkerStart, lost: () => void): WorkerHandle;
}
