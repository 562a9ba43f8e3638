import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Simd } from './index.ts';

const index = new URL('./index.ts', import.meta.url).href;
const flags = ['--conditions=@kernel-methods/source', '--disable-warning=ExperimentalWarning'];
const sum = `import { Simd } from '${index}';
const simd = new Simd({ threads: 2, engine: 'wasm' });
const n = 1e6, [a, b, out] = [0, 0, 0].map(() => simd.alloc(4 * n));
simd.f32(a, n).fill(1); simd.f32(b, n).fill(2);
const run = () => { simd.f32(out, n).fill(0); simd.run('add', [a, b, out, n], 64); return simd.f32(out, n).every((x) => x === 3); };`;

function fill(simd: Simd, n: number) {
  const [a, b, out] = [0, 0, 0].map(() => simd.alloc(4 * n));
  simd.f32(a, n).fill(1);
  simd.f32(b, n).fill(2);
  return (parts = 64) => {
    simd.f32(out, n).fill(0);
    simd.run('add', [a, b, out, n], parts);
    return simd.f32(out, n).every((x) => x === 3);
  };
}

async function untilJoined(simd: Simd, count: number): Promise<void> {
  for (let i = 0; simd.joined < count && i < 1000; i++) await new Promise((r) => setTimeout(r, 5));
  expect(simd.joined).toBe(count);
}

describe('the pool', () => {
  it('is right before workers join, with them, and with more or fewer', async () => {
    const simd = new Simd({ threads: 3, engine: 'wasm' });
    const run = fill(simd, 100_003);
    expect(simd.joined).toBe(0);
    expect(run(1)).toBe(true);
    expect(run()).toBe(true);
    await untilJoined(simd, 2);
    for (let i = 0; i < 2000; i++) simd.run('add', [65536, 65536, 65536, 0], 4);
    for (const threads of [3, 1, 2, 5, 2]) {
      simd.setThreads(threads);
      expect(simd.threads).toBe(threads);
      for (let i = 0; i < 5; i++) expect(run(1 + i * 7)).toBe(true);
    }
    simd.dispose();
    expect(simd.joined).toBe(0);
    expect(() => run()).toThrow('This instance is disposed.');
  });

  it('refuses threads and parts that are none', () => {
    expect(() => new Simd({ threads: 0 })).toThrow(
      '`threads` must be a whole number, 1 or above. Received: 0.',
    );
    const simd = new Simd({ threads: 2, engine: 'wasm' });
    expect(() => simd.setThreads(1.5)).toThrow('Received: 1.5.');
    expect(() => simd.run('add', [0, 0, 0, 0], 5000)).toThrow('`parts` must be 1 to 4096.');
  });

  it('uses one thread where memory is not shared', () => {
    const simd = new Simd({ shared: false, threads: 4, engine: 'wasm' });
    expect(simd.threads).toBe(1);
    expect(fill(simd, 1000)(4)).toBe(true);
  });

  it('goes on with fewer threads when a worker dies, between jobs and amid one', async () => {
    // Every worker of a process of its own is killed from outside: worker threads are patched to keep them.
    const program = `import { createRequire, syncBuiltinESMExports } from 'node:module';
      const threads = createRequire(import.meta.url)('node:worker_threads');
      const made = []; const { Worker } = threads;
      threads.Worker = class extends Worker { constructor(...a) { super(...a); made.push(this); } };
      syncBuiltinESMExports();
      const { Simd, matmulAt } = await import('${index}');
      const simd = new Simd({ threads: 2, engine: 'wasm' });
      const n = 700, [a, b, out] = [0, 0, 0].map(() => simd.alloc(4 * n * n));
      simd.f32(a, n * n).fill(1); simd.f32(b, n * n).fill(1);
      const run = () => { simd.f32(out, n * n).fill(0); matmulAt(simd, { a, b, out, m: n, n, k: n });
        return simd.f32(out, n * n).every((x) => x === n); };
      const results = [run()];
      while (simd.joined < 1) await new Promise((r) => setTimeout(r, 5));
      results.push(run());
      made[0].terminate(); // It dies at some moment of the next jobs.
      for (let i = 0; i < 5; i++) results.push(run());
      await new Promise((r) => setTimeout(r, 100));
      results.push(run());
      console.log(JSON.stringify({ results, threads: simd.threads }));`;
    const { stdout } = await node(program);
    expect(JSON.parse(stdout)).toEqual({ results: new Array(8).fill(true), threads: 1 });
  });

  it('never keeps a process alive', async () => {
    const { stdout } = await node(`${sum}
      console.log(run()); while (simd.joined < 1) await new Promise((r) => setTimeout(r, 5)); console.log(run());`);
    expect(stdout).toBe('true\ntrue\n');
  });

  it('works in several worker threads at once, each with its own instance', async () => {
    const program = `${sum}
      import { parentPort } from 'node:worker_threads';
      let right = true; for (let i = 0; i < 20; i++) right &&= run(); parentPort.postMessage(right);`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
    const results = await Promise.all(
      [0, 1, 2].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(url, { execArgv: flags });
            worker.once('message', resolve);
            worker.once('error', reject);
          }),
      ),
    );
    expect(results).toEqual([true, true, true]);
  });
});

const node = (program: string) =>
  promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    timeout: 30_000,
  });
