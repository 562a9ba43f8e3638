import { availableParallelism, totalmem } from 'node:os';
import {
  choleskyAt,
  cosineFeaturesAt,
  KC,
  packMatrix,
  rowsProductAt,
  rowsTransposedProductAt,
  Simd,
} from '@kernel-methods/simd';
import type { Work } from '../parts/work.ts';

/** What a machine does in a second, as busy as it is just now. */
export interface MachineSpeed {
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: number;
  /** Operations in float32 a second, in features of a block of rows. */
  readonly features: number;
  /** Operations in float64 a second, in a Cholesky factorization. */
  readonly cholesky: number;
  /** Bytes per second of kept features that a linear head reads, rows at random. */
  readonly stream: number;
  /** Additions of products per second in plain JavaScript, on one core. */
  readonly script: number;
}

/** Seconds that the work takes on a machine. */
export function secondsOf(work: Work, speed: MachineSpeed): number {
  const { features = 0, algebra = 0, bytes = 0, script = 0 } = work;
  return (
    features / speed.features +
    algebra / speed.cholesky +
    bytes / speed.stream +
    script / speed.script
  );
}

/** Measures this machine, in about a second. */
export async function measureMachine(): Promise<MachineSpeed> {
  const simd = new Simd();
  try {
    return {
      cores: availableParallelism(),
      memory: totalmem(),
      features: await rate(features(simd)),
      cholesky: await rate(factor(simd)),
      stream: await rate(stream(simd)),
      script: await rate(script()),
    };
  } finally {
    simd.dispose();
  }
}

/** Seconds for which each kind of work is done. */
const LONG_ENOUGH = 0.25;

interface Round {
  /** What is done once, in the unit that is counted. */
  readonly amount: number;
  run(): void;
}

/** Work a second; the first round, in which threads and compilers start, is not counted. */
async function rate({ amount, run }: Round): Promise<number> {
  run();
  // Threads that start get a turn.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const start = performance.now();
  let rounds = 0;
  let seconds = 0;
  for (; seconds < LONG_ENOUGH; seconds = (performance.now() - start) / 1000) {
    run();
    rounds++;
  }
  return (rounds * amount) / seconds;
}

/** Random Fourier features of a block of images, as a run computes them. */
function features(simd: Simd): Round {
  const [m, k, n] = [KC, 784, 1024];
  const a = filled(simd, m * k);
  const b = packMatrix(simd, filled(simd, k * n), k, n);
  const [bias, out] = [filled(simd, n), filled(simd, m * n)];
  return {
    amount: 2 * m * k * n,
    run: () => cosineFeaturesAt(simd, { a, b, bias, out, m, n, k, factor: 1 }),
  };
}

function factor(simd: Simd): Round {
  const n = 1280;
  const a = simd.alloc(8 * n * n);
  return {
    amount: n ** 3 / 3,
    run() {
      const values = simd.f64(a, n * n);
      values.fill(0.5);
      for (let i = 0; i < n; i++) values[i * n + i] = n;
      choleskyAt(simd, a, n);
    },
  };
}

/** The products of a step over a batch of kept features: scores and the gradient. */
function stream(simd: Simd): Round {
  const [kept, width, count, units] = [8192, 2048, 128, 10];
  const [z, w, bias] = [kept * width, units * width, units].map((n) => filled(simd, n));
  const [out, gradient] = [count * units, units * width].map((n) => filled(simd, n));
  const rows = simd.alloc(4 * count);
  let step = 0;
  const picked = { z, rows, count, features: width, units };
  return {
    amount: 2 * 4 * count * width,
    run() {
      const indices = simd.i32(rows, count);
      for (let i = 0; i < count; i++) indices[i] = (7919 * (step * count + i)) % kept;
      step++;
      rowsProductAt(simd, { ...picked, w, bias, out });
      rowsTransposedProductAt(simd, { ...picked, g: out, out: gradient });
    },
  };
}

/** A product of matrices, as tfjs's cpu backend does it. */
function script(): Round {
  const n = 96;
  const [a, b, c] = Array.from({ length: 3 }, () => new Float32Array(n * n).fill(0.5));
  return {
    amount: n ** 3,
    run() {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
          c[i * n + j] = sum;
        }
      }
    },
  };
}

function filled(simd: Simd, length: number): number {
  const pointer = simd.alloc(4 * length);
  simd.f32(pointer, length).fill(0.01);
  return pointer;
}
