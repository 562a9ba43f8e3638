import { platform } from '#platform';
import { plain } from './wasm/plain.ts';
import { relaxed } from './wasm/relaxed.ts';
import type { NR } from './wasm/tables.ts';

/**
 * A build of the kernels. `relaxed`: with fused multiply-add; `plain`: without; `wide`: with fused multiply-add and
 * tiles that are wide enough for engines that join pairs of vectors to 256 bits. `wide` exists in Node only.
 */
export type SimdVariant = keyof typeof NR;

// A function that is one i8x16.relaxed_swizzle.
const probe = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0],
  ...[65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]);

/** The best build that this engine runs. */
export function bestVariant(): SimdVariant {
  if (!WebAssembly.validate(probe)) return 'plain';
  return platform.joinsVectors() ? 'wide' : 'relaxed';
}

const modules = new Map<string, WebAssembly.Module>();

/**
 * The kernels, compiled once. Synchronous: a page's main thread allows that up to 8 MB (old Chromium: 4 KB).
 */
export function compile(variant: SimdVariant, shared: boolean): WebAssembly.Module {
  const key = `${variant} ${shared}`;
  let module = modules.get(key);
  if (!module) {
    const binary = Uint8Array.from(atob(textOf(variant)), (character) => character.charCodeAt(0));
    if (!shared) unshare(binary);
    module = new WebAssembly.Module(binary);
    modules.set(key, module);
  }
  return module;
}

function textOf(variant: SimdVariant): string {
  if (variant === 'plain') return plain;
  if (variant === 'relaxed') return relaxed;
  if (!platform.wide) throw new RangeError("`variant` 'wide' exists in Node alone.");
  return platform.wide;
}

/** Makes the import of a shared memory one of a plain memory: clears a bit of its limits. */
function unshare(binary: Uint8Array<ArrayBuffer>): void {
  const name = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3]; // env, memory
  const at = binary.findIndex((_, i) => name.every((byte, j) => binary[i + j] === byte));
  if (at < 0) throw new Error('The module imports no shared memory.');
  binary[at + name.length - 1] = 1;
}
