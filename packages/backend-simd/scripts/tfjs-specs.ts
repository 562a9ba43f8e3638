// tfjs-core's own published specs on one of our backends:
//   node --conditions=@kernel-methods/source scripts/tfjs-specs.ts --backend simd --threads 2
// Prints one line of JSON with the counts, the failures and how many workers joined; exits 1 if a spec
// failed.
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { getSimd } from '@kernel-methods/simd';
import { bundleSpecs } from './bundle-specs.ts';
import { countSpecs } from './count-specs.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'simd' },
    threads: { type: 'string', default: '1' },
    filter: { type: 'string', default: '' },
  },
});

const require = createRequire(import.meta.url);
const globals = require('jasmine-core').noGlobals();
Object.assign(globalThis, globals);
const env = globals.jasmine.getEnv();
env.configure({ random: false });
const counts = countSpecs(env, values.filter);

if (values.backend === 'simd') {
  const simd = getSimd();
  const threads = Number(values.threads);
  simd.setThreads(threads);
  // The specs' tensors are small. They are divided all the same, so that several threads work on
  // them.
  if (threads > 1) simd.partsFor = (units) => Math.max(1, Math.min(Math.floor(units), 3 * threads));
}
const bundle = await bundleSpecs(values.backend);
await import(pathToFileURL(bundle).href);
await rm(bundle);
await env.execute();
const joined = values.backend === 'simd' ? getSimd().joined : 0;
console.log(JSON.stringify({ ...counts, joined }));
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
