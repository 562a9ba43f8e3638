import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Simd } from './index.ts';

const index = new URL('./index.ts', import.meta.url).href;
const call = 'kernels[kernel](ARGS, part, parts);';

/** A process whose workers do `deed` instead of the first part that they take. */
const program = (deed: string) => `
  import { createRequire, syncBuiltinESMExports } from 'node:module';
  const threads = createRequire(import.meta.url)('node:worker_threads');
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(text, options) {
      if (!text.includes(${JSON.stringify(call)})) throw new Error('The worker has changed.');
      super(text.replace(${JSON.stringify(call)}, ${JSON.stringify(deed)}), options);
    }
  };
  syncBuiltinESMExports();
  const { Simd } = await import('${index}');
  const simd = new Simd({ threads: 2, engine: 'wasm' });
  const n = 3e6, [a, b, out] = [0, 0, 0].map(() => simd.alloc(4 * n));
  simd.f32(a, n).fill(1); simd.f32(b, n).fill(2);
  const right = () => simd.f32(out, n).every((x) => x === 3);
  const run = (options) => { simd.f32(out, n).fill(0); simd.run('add', [a, b, out, n], 64, options); return right(); };
  run(); // Starts the worker.
  while (simd.joined < 1) await new Promise((r) => setTimeout(r, 5));
  // The caller may be faster than a worker that wakes: until one is lost.
  const untilLost = (options) => {
    let every = true;
    for (let i = 0; i < 2000 && simd.threads === 2; i++) every &&= run(options);
    return every;
  };
  const report = { threads: 0, results: [] };
  try { report.results.push(untilLost(INPLACE)); } catch (error) { report.error = error.message; }
  report.threads = simd.threads;
  for (let i = 0; i < 3; i++) report.results.push(run());
  simd.setThreads(1);
  console.log(JSON.stringify(report));`;

/** As `program`, for a product whose steps leave the workers alone meanwhile. */
const openProgram = (deed: string) =>
  program(deed)
    .replace(/const n = 3e6[\s\S]*$/, '')
    .replace('{ Simd }', '{ Simd, gramStepsAt }') +
  `
  const [n, d] = [400, 1000];
  const z = simd.alloc(4 * n * d), out = simd.alloc(8 * d * d);
  simd.f32(z, n * d).forEach((_, i, all) => { all[i] = Math.sin(i); });
  const gram = async () => {
    simd.f64(out, d * d).fill(0);
    const steps = gramStepsAt(simd, { z, n, d, out, float64: true });
    while (!steps.next().done) await new Promise((r) => setTimeout(r, 20));
    return simd.f64(out, d * d).slice();
  };
  simd.setThreads(1);
  const right = await gram();
  simd.setThreads(2);
  simd.run('add', [z, z, z, 0], 4);
  while (simd.joined < 1) await new Promise((r) => setTimeout(r, 5));
  const results = [];
  for (let i = 0; i < 2; i++) {
    const found = await gram();
    results.push(found.every((x, j) => Math.abs(x - right[j]) < 1e-3));
  }
  console.log(JSON.stringify({ threads: simd.threads, results }));
  simd.setThreads(1);`;

async function lose(deed: string, { inPlace = false, of = program } = {}) {
  const flags = ['--conditions=@kernel-methods/source', '--disable-warning=ExperimentalWarning'];
  const text = of(deed).replace('INPLACE', JSON.stringify({ inPlace }));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--input-type=module', '-e', text],
    { cwd: fileURLToPath(new URL('.', import.meta.url)), timeout: 30_000 },
  );
  return JSON.parse(stdout);
}

const survived = { threads: 1, results: [true, true, true, true] };

it.each([
  ['is killed', 'process.exit(1);'],
  ['never comes back', 'for (;;) ;'],
  ['traps', "throw new WebAssembly.RuntimeError('unreachable');"],
])('the part of a worker that %s is done by the caller', async (_, deed) => {
  expect(await lose(deed)).toEqual(survived);
});

it.each([
  ['is killed', 'process.exit(1);'],
  ['traps', "throw new WebAssembly.RuntimeError('unreachable');"],
])('a worker that %s while the caller is away loses nothing', async (_, deed) => {
  expect(await lose(deed, { of: openProgram })).toEqual({ threads: 1, results: [true, true] });
});

it('is an error where the kernel changes its input, and the program goes on', async () => {
  expect(
    await lose("throw new WebAssembly.RuntimeError('unreachable');", { inPlace: true }),
  ).toEqual({
    threads: 1,
    error: 'A worker was lost while it changed data in place.',
    results: [true, true, true],
  });
});

it('a kernel that traps everywhere is an error, on one thread and on two, and not the last job', async () => {
  for (const threads of [1, 2]) {
    const simd = new Simd({ threads, engine: 'wasm' });
    const n = 1e6;
    const x = simd.alloc(4 * n);
    simd.f32(x, n).fill(1);
    for (let i = 0; i < 3; i++) simd.run('add', [x, x, x, 0], 4);
    const outside = 2 ** 32 - 64;
    expect(() => simd.run('add', [outside, outside, outside, n], 4)).toThrow(
      WebAssembly.RuntimeError,
    );
    expect(() => simd.run('add', [outside, outside, outside, n])).toThrow(WebAssembly.RuntimeError);
    const out = simd.alloc(4 * n);
    simd.run('add', [x, x, out, n], 4);
    expect(simd.f32(out, n).every((v) => v === 2)).toBe(true);
    simd.dispose();
  }
});
