import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './setup.js';

// A tensor that is read synchronously breaks on WebGPU: in Node it throws. So sources await `data()`.

/** Files that may, and why. */
const allowed = {
  // It implements the reads of a backend in memory.
  'packages/backend-simd/src/backend.ts': /\breadSync|\bbufferSync/,
  // A layer's `call` is synchronous; it looks only where `canReadNow` says that the backend can.
  'packages/features/src/input-checks.ts': /canReadNow/,
  // A view of what lies in memory that simd and its backend share.
  'packages/models/src/numerics/simd-numerics.ts': /backend\.simd === simd/,
};

const read = /\.(dataSync|arraySync|bytesSync|readSync|bufferSync)\b/;

const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
  .map((file) => `packages/${file.replaceAll('\\', '/')}`)
  .filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file))
  .filter((file) => !/\.(test|fuzz\.test)\.ts$|\/fixtures\/|^packages\/test-utils\//.test(file));

test('no source reads a tensor synchronously but where it can', () => {
  expect(sources.length).toBeGreaterThan(400);
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const reading = sources.filter((file) => read.test(text(file)));
  expect(reading.sort()).toEqual(Object.keys(allowed).sort());
  for (const [file, reason] of Object.entries(allowed)) expect(text(file)).toMatch(reason);
});
