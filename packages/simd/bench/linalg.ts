// float64 linear algebra beside SciPy, in turns: node --conditions=@kernel-methods/source bench/linalg.ts [python]
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { choleskyAt, eighAt, leastSquaresAt, matmul64At, Simd, svdAt } from '../src/index.ts';

const THREADS = 2;
const ROUNDS = 5;

const program = `
import sys, time, json
import numpy as np, scipy.linalg as sl
random = np.random.RandomState(1)
def case(name, n):
    x = random.uniform(-1, 1, (n, n))
    if name == 'matmul': return lambda: x @ x.T
    if name == 'cholesky':
        a = x @ x.T + n * np.eye(n)
        return lambda: sl.cholesky(a, lower=True, check_finite=False)
    if name == 'eigh':
        a = x + x.T
        return lambda: np.linalg.eigh(a)
    if name == 'svd': return lambda: np.linalg.svd(x, full_matrices=False)
    b = random.uniform(-1, 1, (2 * n, 1))
    t = random.uniform(-1, 1, (2 * n, n))
    return lambda: np.linalg.lstsq(t, b, rcond=None)
made = {}
for line in sys.stdin:
    name, n = json.loads(line)
    run = made.setdefault((name, n), case(name, n))
    start = time.perf_counter()
    run()
    print((time.perf_counter() - start) * 1000, flush=True)
`;

interface Case {
  name: string;
  n: number;
  flops: number;
  prepare(simd: Simd, n: number): () => number;
}

const timed = (body: () => void) => {
  const start = performance.now();
  body();
  return performance.now() - start;
};

function random(simd: Simd, numbers: number): number {
  const pointer = simd.alloc(8 * numbers);
  const values = simd.f64(pointer, numbers);
  let state = 1;
  for (let i = 0; i < numbers; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state / 2 ** 31;
  }
  return pointer;
}

function symmetric(simd: Simd, n: number, shift: number): () => number {
  const x = random(simd, n * n);
  const [kept, a] = [simd.alloc(8 * n * n), simd.alloc(8 * n * n)];
  matmul64At(simd, { a: x, b: x, out: kept, m: n, n, k: n, transposeB: true });
  const values = simd.f64(kept, n * n);
  for (let i = 0; i < n; i++) values[i * (n + 1)] += shift;
  return () => {
    simd.f64(a, n * n).set(simd.f64(kept, n * n));
    return a;
  };
}

const matmul = (simd: Simd, n: number) => {
  const [a, out] = [random(simd, n * n), simd.alloc(8 * n * n)];
  return () => timed(() => matmul64At(simd, { a, b: a, out, m: n, n, k: n, transposeB: true }));
};
const cholesky = (simd: Simd, n: number) => {
  const fresh = symmetric(simd, n, n);
  return () => {
    const a = fresh();
    return timed(() => choleskyAt(simd, a, n));
  };
};
const eigh = (simd: Simd, n: number) => {
  const fresh = symmetric(simd, n, 0);
  const [values, vectors] = [simd.alloc(8 * n), simd.alloc(8 * n * n)];
  return () => {
    const a = fresh();
    return timed(() => eighAt(simd, { a, n, values, vectors }));
  };
};
const svd = (simd: Simd, n: number) => {
  const a = random(simd, n * n);
  const [u, s, vt] = [n * n, n, n * n].map((numbers) => simd.alloc(8 * numbers));
  return () => timed(() => svdAt(simd, { a, m: n, n, u, s, vt }));
};
const lstsq = (simd: Simd, n: number) => {
  const [a, b, x] = [random(simd, 2 * n * n), random(simd, 2 * n), simd.alloc(8 * n)];
  return () => timed(() => leastSquaresAt(simd, { a, b, x, m: 2 * n, n, columns: 1 }));
};

const cases: Case[] = [
  { name: 'matmul', n: 2048, flops: 2 * 2048 ** 3, prepare: matmul },
  { name: 'cholesky', n: 512, flops: 512 ** 3 / 3, prepare: cholesky },
  { name: 'cholesky', n: 4096, flops: 4096 ** 3 / 3, prepare: cholesky },
  { name: 'eigh', n: 300, flops: (22 / 3) * 300 ** 3, prepare: eigh },
  { name: 'eigh', n: 1000, flops: (22 / 3) * 1000 ** 3, prepare: eigh },
  { name: 'svd', n: 300, flops: 22 * 300 ** 3, prepare: svd },
  { name: 'svd', n: 1000, flops: 22 * 1000 ** 3, prepare: svd },
  { name: 'lstsq', n: 500, flops: (10 / 3) * 500 ** 3, prepare: lstsq },
];

function startPython(interpreter: string | undefined) {
  if (!interpreter) return undefined;
  const env = { ...process.env, OPENBLAS_NUM_THREADS: String(THREADS) };
  const child: ChildProcess = spawn(interpreter, ['-c', program], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async time(name: string, n: number) {
      child.stdin!.write(`${JSON.stringify([name, n])}\n`);
      return Number((await lines.next()).value);
    },
    close: () => void child.kill(),
  };
}

const best = (times: number[]) => Math.min(...times);
const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1];

const python = startPython(process.argv[2]);
console.log('work         n     simd ms (GFLOP/s)    SciPy ms (GFLOP/s)   ratio: best, median');
for (const { name, n, flops, prepare } of cases) {
  const simd = new Simd({ threads: THREADS });
  const run = prepare(simd, n);
  run();
  await python?.time(name, n);
  const [ours, theirs]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    // Idle threads of the other spin for a while after their turn.
    await new Promise((resolve) => setTimeout(resolve, 100));
    ours.push(run());
    if (!python) continue;
    await new Promise((resolve) => setTimeout(resolve, 100));
    theirs.push(await python.time(name, n));
  }
  const show = (times: number[]) =>
    times.length === 0
      ? '-'
      : `${best(times).toFixed(1)} (${(flops / best(times) / 1e6).toFixed(1)})`;
  const ratios = python
    ? [best, median].map((f) => (f(theirs) / f(ours)).toFixed(2)).join(', ')
    : '';
  console.log(
    `${name.padEnd(9)}${String(n).padStart(5)}${show(ours).padStart(22)}${show(theirs).padStart(22)}   ${ratios}`,
  );
  simd.dispose();
}
python?.close();
