import type { Engine } from './engine.ts';
import { createJavaScriptEngine } from './javascript/engine.ts';
import { createHeap } from './memory.ts';
import { bestVariant, compile, instantiate, type SimdVariant, type WasmVariant } from './module.ts';
import { platform } from './platform/current.ts';
import { createPool } from './pool.ts';
import { SimdUnavailableError } from './unavailable.ts';
import { kernelNames } from './wasm/tables.ts';

interface Settings {
  readonly threads: number;
  readonly maximum?: number;
  readonly shared?: boolean;
  readonly variant?: SimdVariant;
  readonly module?: WebAssembly.Module;
}

/** The engine: WebAssembly, or plain JavaScript if WebAssembly cannot run and is not required. */
export function createEngine(settings: Settings): Engine {
  const { variant, module, shared, maximum } = settings;
  if (variant === 'javascript') return createJavaScriptEngine(maximum);
  try {
    return createWasmEngine({ ...settings, variant });
  } catch (error) {
    const isAskedFor = variant !== undefined || module !== undefined || shared === true;
    if (isAskedFor || !(error instanceof SimdUnavailableError)) throw error;
    return createJavaScriptEngine(maximum, error);
  }
}

function createWasmEngine(settings: Settings & { variant?: WasmVariant }): Engine {
  const { threads, maximum, module } = settings;
  const { variant = module ? 'relaxed' : bestVariant() } = settings;
  const { shared = !module && platform().canShare() } = settings;
  const compiled = module ?? compile(variant, shared);
  const heap = createHeap((pages) => reserve(shared, pages), maximum);
  const kernels = instantiate(compiled, heap.memory);
  const pool = createPool(compiled, heap.memory, kernels, kernelNames, shared, threads);
  return { variant, shared, heap, pool, afterKernel: platform().afterKernel };
}

/** A maximum reserves address space: where the system refuses 4 GiB, it may grant less. */
function reserve(shared: boolean, maximum: number) {
  for (let pages = maximum; ; pages = Math.ceil(pages / 2)) {
    try {
      const memory = new WebAssembly.Memory({ initial: 2, maximum: pages, shared });
      return { memory, pages };
    } catch (error) {
      if (pages <= 256) throw error;
    }
  }
}
