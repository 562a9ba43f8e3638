// Writes the kernels of dist/wasm as files, dist/plain.wasm and dist/relaxed.wasm, for runtimes that import WebAssembly
// instead of compiling it from bytes. Their memory is not shared.
import { writeFileSync } from 'node:fs';
import { binaryOf } from '../dist/module.js';

for (const variant of ['plain', 'relaxed']) {
  const file = new URL(`../dist/${variant}.wasm`, import.meta.url);
  writeFileSync(file, binaryOf(variant, false));
}
