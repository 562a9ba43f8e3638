import { describe, expect, it, vi } from 'vitest';
import { instances } from './fixtures/lab.ts';
import { numbers } from './fixtures/random.ts';
import {
  atOnce,
  choleskySteps,
  eighSteps,
  gramAt,
  gramStepsAt,
  inTurns,
  leastSquaresSteps,
  type Matmul64Arguments,
  matmul64At,
  matmul64Steps,
  matmul64StepsAt,
  type Simd,
  STEP_PRODUCTS64,
  type Steps,
  solveTriangularSteps,
  svdSteps,
} from './index.ts';

const random = (length: number, seed: number) => Float64Array.from(numbers(length, seed));

const joined = (...parts: Float64Array[]) =>
  Float64Array.from(parts.flatMap((part) => Array.from(part)));

/** B·Bᵀ + n·I. */
function definite(n: number): Float64Array {
  const a = new Float64Array(n * n);
  const b = random(3 * n, 7);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < 3; p++) a[i * n + j] += b[3 * i + p] * b[3 * j + p];
    }
    a[i * (n + 1)] += n;
  }
  return a;
}

/** Runs steps, and between two of them whatever else uses the instance. */
function amidOthers<T>(simd: Simd, steps: Steps<T>): { result: T; count: number } {
  const other = Float64Array.from({ length: 64 * 64 }, (_, i) => i);
  for (let count = 1; ; count++) {
    const { done, value } = steps.next();
    if (done) return { result: value, count };
    // It takes the scratch memory, and grows it now and then.
    const size = count % 7 === 0 ? 64 : 8;
    const shape = { m: size, n: size, k: size };
    const some = other.subarray(0, size * size);
    atOnce(matmul64Steps(simd, some, some, shape));
    simd.f64(simd.scratch(4096 + 512 * count), 512).fill(Number.NaN);
  }
}

/**
 * Multiplications of the largest step, float64, by the kernels that do nearly all of them, on a core
 * that does a step in 12.5 ms.
 */
function largestStep(simd: Simd, steps: Steps<unknown>): number {
  const run = simd.run.bind(simd);
  let [now, before] = [0, 0];
  const milliseconds = () => ((before + now) / STEP_PRODUCTS64) * 12.5;
  const clock = vi.spyOn(performance, 'now').mockImplementation(milliseconds);
  simd.setThreads(simd.threads); // Forgets how fast this machine is.
  simd.run = (kernel, args, parts = 1, options = {}) => {
    const { from = 0, to = parts } = options;
    const share = (to - from) / parts;
    if (kernel === 'gemm64') now += share * args[3] * args[4] * args[5];
    if (kernel === 'triangular64') now += (share * args[6] ** 2 * args[7]) / 2;
    if (kernel === 'jacobi64') {
      const pairs = args[9] === 0 ? 120 : 64;
      now += ((share * args[8]) / 2) * pairs * 9 * args[2];
    }
    if (kernel === 'reflectPanel64') now += 2 * args[2] * args[4] ** 2;
    if (kernel === 'gemv64') now += share * args[2] * args[3];
    if (kernel === 'rotate64') {
      const list = simd.f64(args[3], 65536);
      for (let sweep = 0, at = 0; sweep < args[4]; sweep++) {
        now += share * 4 * list[at + 1] * args[2];
        at += 2 + 2 * list[at + 1];
      }
    }
    return run(kernel, args, parts, options);
  };
  let largest = 0;
  try {
    for (let done = false; !done; now = 0) {
      done = steps.next().done === true;
      largest = Math.max(largest, now);
      before += now;
    }
  } finally {
    simd.run = run;
    clock.mockRestore();
  }
  return largest;
}

const cases: [string, (simd: Simd) => Steps<Float64Array>][] = [
  [
    'matmul64Steps',
    (simd) =>
      matmul64Steps(simd, random(700 * 320, 1), random(700 * 310, 2), {
        ...{ m: 320, n: 310, k: 700 },
        transposeA: true,
      }),
  ],
  [
    'choleskySteps',
    function* (simd) {
      return (yield* choleskySteps(simd, definite(610), 610)).l;
    },
  ],
  [
    'eighSteps',
    function* (simd) {
      const { values, vectors } = yield* eighSteps(simd, definite(310), 310);
      return joined(values, vectors);
    },
  ],
  [
    'solveTriangularSteps',
    (simd) => solveTriangularSteps(simd, definite(410), random(410 * 410, 3), 410),
  ],
  [
    'svdSteps',
    function* (simd) {
      const { u, s, vt } = yield* svdSteps(simd, random(420 * 310, 4), 420, 310);
      return joined(u, s, vt);
    },
  ],
  [
    'svdSteps of a matrix without full rank',
    function* (simd) {
      const a = random(160 * 140, 5);
      for (let row = 0; row < 160; row++) a.fill(0, row * 140 + 100, (row + 1) * 140);
      const { u, s, vt } = yield* svdSteps(simd, a, 160, 140);
      return joined(u, s, vt);
    },
  ],
  [
    'leastSquaresSteps',
    function* (simd) {
      return (yield* leastSquaresSteps(simd, random(500 * 420, 6), random(500 * 40, 7), 500, 420))
        .x;
    },
  ],
  [
    'leastSquaresSteps by singular values',
    function* (simd) {
      const a = random(300 * 220, 8);
      for (let row = 0; row < 300; row++) a[row * 220 + 7] = a[row * 220 + 8];
      return (yield* leastSquaresSteps(simd, a, random(300 * 10, 9), 300, 220)).x;
    },
  ],
];

const all = instances();

describe.each(all)('steps, %s', (_, simd) => {
  it.each(cases)('%s gives the same bits whatever runs between two of them', (_name, stepsOf) => {
    const { result, count } = amidOthers(simd, stepsOf(simd));
    expect(count).toBeGreaterThan(1);
    expect(result).toEqual(atOnce(stepsOf(simd)));
  });
});

const [[, simd]] = all;

it.each(cases)('%s multiplies little in one step, on one thread', (_name, stepsOf) => {
  expect(largestStep(simd, stepsOf(simd))).toBeLessThan(4e7);
});

it.each(cases)('%s frees its memory where it is given up', (_name, stepsOf) => {
  const before = simd.memory().blocks;
  const steps = stepsOf(simd);
  for (let i = 0; i < 4; i++) steps.next();
  expect(simd.memory().blocks).toBeGreaterThan(before);
  steps.return(new Float64Array());
  expect(simd.memory().blocks).toBe(before);
});

const shapes: [string, Partial<Matmul64Arguments>][] = [
  ['as it is', {}],
  ['transposed', { transposeA: true, transposeB: true }],
  ['accumulated', { accumulate: true, alpha: -1 }],
  ['below the diagonal', { lower: true }],
];

describe.each(all)('in the memory, %s', (_, instance) => {
  it.each(shapes)('a product in steps has the bits of the product at once, %s', (_name, shape) => {
    const n = 370;
    const [a, b, one, two] = [0, 0, 0, 0].map(() => instance.alloc(8 * n * n));
    [a, b, one].forEach((pointer, i) => {
      instance.f64(pointer, n * n).set(random(n * n, i));
    });
    instance.f64(two, n * n).set(instance.f64(one, n * n));
    const common = { a, b, m: n, n, k: n, ...shape };
    matmul64At(instance, { ...common, out: one });
    instance.setThreads(instance.threads); // Steps are small again.
    const steps = matmul64StepsAt(instance, { ...common, out: two });
    // One that runs aside may be done after a turn.
    const least = instance.engine.name === 'native' && instance.shared ? 0 : 1;
    expect(amidOthers(instance, steps).count).toBeGreaterThan(least);
    expect(instance.f64(two, n * n)).toEqual(instance.f64(one, n * n));
    for (const pointer of [a, b, one, two]) instance.free(pointer);
  });

  it('a Gram matrix has the same bits whatever runs between two steps', () => {
    const [n, d] = [900, 700];
    const z = instance.alloc(4 * n * d);
    const [one, two] = [0, 0].map(() => instance.alloc(8 * d * d));
    instance.f32(z, n * d).set(numbers(n * d, 1));
    gramAt(instance, { z, n, d, out: one, float64: true });
    instance.setThreads(instance.threads); // Steps are small again.
    const steps = gramStepsAt(instance, { z, n, d, out: two, float64: true });
    // A native step is larger.
    const least = instance.engine.name === 'native' ? 1 : 2;
    expect(amidOthers(instance, steps).count).toBeGreaterThan(least);
    expect(instance.f64(two, d * d)).toEqual(instance.f64(one, d * d));
    for (const pointer of [z, one, two]) instance.free(pointer);
  });
});

describe('inTurns', () => {
  function* counting(to: number, ended: () => void): Steps<number> {
    try {
      for (let i = 0; i < to; i++) yield;
      return to;
    } finally {
      ended();
    }
  }

  it('returns what the steps return', async () => {
    expect(await inTurns(counting(5, () => {}))).toBe(5);
  });

  it('ends the steps where it is aborted, with the reason', async () => {
    let ended = 0;
    const abort = new AbortController();
    function* steps(): Steps<number> {
      yield* counting(3, () => {});
      abort.abort(new Error('enough'));
      return yield* counting(100, () => ended++);
    }
    await expect(inTurns(steps(), abort.signal)).rejects.toThrow('enough');
    expect(ended).toBe(1);
  });
});
