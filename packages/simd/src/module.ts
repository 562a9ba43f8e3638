import { platform } from './platform/current.ts';
import { SimdUnavailableError } from './unavailable.ts';
import { plain } from './wasm/plain.ts';
import { relaxed } from './wasm/relaxed.ts';
import { kernelNames, type NR } from './wasm/tables.ts';

/**
 * A build of the kernels. `relaxed`: with fused multiply-add; `plain`: without; `wide`: with fused
 * multiply-add and tiles that are wide enough for engines that join pairs of vectors to 256 bits.
 * `wide` exists in Node only. `javascript`: without WebAssembly, if that cannot run. It has one
 * thread, is many times slower, and has only the kernels that train models; the others throw a
 * `SimdUnavailableError`.
 */
export type SimdVariant = WasmVariant | 'javascript';

/** A build in WebAssembly. */
export type WasmVariant = keyof typeof NR;

// A function that is one i8x16.relaxed_swizzle.
const probe = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0],
  ...[65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]);

/** The best build that this engine runs. */
export function bestVariant(): WasmVariant {
  if (!available() || !WebAssembly.validate(probe)) return 'plain';
  return platform().joinsVectors() ? 'wide' : 'relaxed';
}

const modules = new Map<string, WebAssembly.Module>();

/**
 * The kernels, compiled once. Synchronous: the main thread of a page allows that up to 8 MB (old Chromium: 4 KB).
 *
 * @throws SimdUnavailableError if there is no WebAssembly with SIMD, or it may not be compiled from
 * bytes.
 */
export function compile(variant: WasmVariant, shared: boolean): WebAssembly.Module {
  const key = `${variant} ${shared}`;
  let module = modules.get(key);
  if (!module) {
    const binary = binaryOf(variant, shared);
    if (!available()) throw new SimdUnavailableError('There is no WebAssembly here.');
    try {
      module = new WebAssembly.Module(binary);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SimdUnavailableError(`WebAssembly cannot be compiled here: ${reason}`, { cause });
    }
    modules.set(key, module);
  }
  return module;
}

/**
 * The kernels as the bytes of a .wasm file, for runtimes that import WebAssembly but do not compile
 * it from bytes. Pass the imported module to `new Simd({ module })` or `getSimd({ module })`. Its
 * memory is not shared.
 *
 * @param variant 'relaxed', or 'plain' for engines without relaxed SIMD.
 * @example
 * // Once, in Node:
 * writeFileSync('simd.wasm', simdBinary());
 * // In the program:
 * import module from './simd.wasm';
 * getSimd({ module });
 */
export const simdBinary = (variant: Exclude<WasmVariant, 'wide'> = 'relaxed'): Uint8Array =>
  binaryOf(variant, false);

function binaryOf(variant: WasmVariant, shared: boolean): Uint8Array<ArrayBuffer> {
  const text = textOf(variant);
  const binary = new Uint8Array(text.length / 2);
  for (let i = 0; i < binary.length; i++) {
    binary[i] = 16 * digit(text.charCodeAt(2 * i)) + digit(text.charCodeAt(2 * i + 1));
  }
  if (!shared) unshare(binary);
  return binary;
}

/** The value of a hexadecimal digit, 0–9 or a–f. */
const digit = (code: number): number => (code < 58 ? code - 48 : code - 87);

/**
 * The kernels over a memory.
 *
 * @throws RangeError if the module is not one of this version of the package, or imports another kind of memory.
 */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel[] {
  let exports: WebAssembly.Exports;
  try {
    ({ exports } = new WebAssembly.Instance(module, { env: { memory } }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`\`module\` must fit the memory. Received: ${reason}`, { cause });
  }
  return kernelNames.map((name) => {
    const kernel = exports[name];
    if (typeof kernel === 'function') return kernel as Kernel;
    throw new RangeError(
      `\`module\` must come from the same version of @kernel-methods/simd. Received: one without \`${name}\`.`,
    );
  });
}

/** A kernel does part `part` of `parts`. */
export type Kernel = (args: number, part: number, parts: number) => void;

// Node without a compiler (`--jitless`) has none.
const available = (): boolean => typeof WebAssembly === 'object';

function textOf(variant: WasmVariant): string {
  if (variant === 'plain') return plain;
  if (variant === 'relaxed') return relaxed;
  const { wide } = platform();
  if (variant !== 'wide' || !wide) {
    const known = wide
      ? "'plain', 'relaxed', 'wide' or 'javascript'"
      : "'plain', 'relaxed' or 'javascript'; 'wide' exists in Node only";
    throw new RangeError(`\`variant\` must be ${known}. Received: ${variant}.`);
  }
  return wide;
}

/** Turns the import of a shared memory into one of a plain memory, by clearing a bit of its limits. */
function unshare(binary: Uint8Array<ArrayBuffer>): void {
  const name = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3]; // env, memory
  const at = binary.findIndex((_, i) => name.every((byte, j) => binary[i + j] === byte));
  if (at < 0) throw new Error('The module imports no shared memory.');
  binary[at + name.length - 1] = 1;
}
