import '@kernel-methods/backend-simd';
import { getSimd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { fit } from './fit.ts';
import { convolution, cosines, descent, product } from './reference.ts';

export interface Report {
  where: 'page' | 'worker';
  backend: string;
  isolated: boolean;
  /** The number of threads before anything is set, and after two are requested. */
  threads: [number, number];
  joined: number;
  /** Largest error against loops in float64, relative to the largest number: alone, then joined. */
  errors: Record<string, number>[];
  /** The largest difference between the results on one thread and on all threads. */
  between: number;
  /** The number of times that this thread tried to sleep on an atomic. */
  waits: number;
  /** What the content security policy forbade. */
  violations: string[];
}

const numbers = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 12.9898 * i) * Math.cos(0.37 * i));

/** Computes on the backend, on one thread and on two, and compares the results with plain loops. */
export async function report(): Promise<Report> {
  const violations: string[] = [];
  addEventListener('securitypolicyviolation', (event) => {
    violations.push((event as SecurityPolicyViolationEvent).effectiveDirective);
  });
  let waits = 0;
  const { wait } = Atomics;
  Atomics.wait = ((...args: Parameters<typeof wait>) => {
    waits++;
    return wait(...args);
  }) as typeof wait;

  const simd = getSimd();
  const threads = simd.threads;
  simd.setThreads(2);
  const first = await compute(); // Workers start with it, and have not joined yet.
  await allJoined();
  const second = await compute();
  const { joined } = simd;
  const used = simd.threads;
  simd.setThreads(1);
  const alone = await compute();
  Atomics.wait = wait;

  const expected = references();
  return {
    where: typeof document === 'undefined' ? 'worker' : 'page',
    backend: tf.getBackend(),
    isolated: crossOriginIsolated,
    threads: [threads, used],
    joined,
    errors: [first, second].map((results) => distances(results, expected)),
    between: Math.max(...Object.values(distances(second, alone))),
    waits,
    violations,
  };
}

/** Waits until every worker has joined or failed to. */
export async function allJoined(): Promise<void> {
  const simd = getSimd();
  const deadline = performance.now() + 30_000;
  while (simd.joined < simd.threads - 1) {
    if (performance.now() > deadline) throw new Error('Workers neither join nor fail.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

type Numbers = Float32Array | Float64Array;
type Results = Record<string, Numbers>;

const [m, k, n] = [300, 257, 515];
const x = numbers(m * k, 1);
const w = numbers(k * n, 2);
const b = numbers(n, 3);
const image = { size: 20, depth: 3, filters: 17, window: 5, count: 6 };
const pixels = numbers(image.count * image.size ** 2 * image.depth, 4);
const filters = numbers(image.window ** 2 * image.depth * image.filters, 5);
const rows = { count: 640, width: 40, outputs: 3, rate: 0.05, epochs: 8 };
const inputs = numbers(rows.count * rows.width, 6);
const targets = numbers(rows.count * rows.outputs, 7);

async function compute(): Promise<Results> {
  const results: Results = {};
  tf.tidy(() => {
    const [a, c, bias] = [tf.tensor2d(x, [m, k]), tf.tensor2d(w, [k, n]), tf.tensor1d(b)];
    results.matMul = tf.matMul(a, c).dataSync<'float32'>();
    const features = { x: a, kernel: c, bias };
    const cosine = tf.engine().runKernel('CosineFeatures', features, { factor: 2 }) as tf.Tensor;
    results.cosineFeatures = cosine.dataSync<'float32'>();
    const { size, depth, window, count } = image;
    const shown = tf.tensor4d(pixels, [count, size, size, depth]);
    const seen = tf.tensor4d(filters, [window, window, depth, image.filters]);
    results.conv2d = tf.conv2d(shown, seen, 1, 'valid').dataSync<'float32'>();
  });
  results.fit = await fit(inputs, targets, rows);
  return results;
}

function references(): Results {
  const xw = product(x, w, m, k, n);
  return {
    matMul: xw,
    cosineFeatures: cosines(xw, b, 2),
    conv2d: convolution(pixels, filters, image),
    fit: descent(inputs, targets, rows),
  };
}

function distances(results: Results, expected: Results): Record<string, number> {
  const names = Object.keys(expected);
  return Object.fromEntries(names.map((name) => [name, distance(results[name], expected[name])]));
}

function distance(a: Numbers, b: Numbers): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [largest, error] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    largest = Math.max(largest, Math.abs(b[i]));
    error = Math.max(error, Math.abs(a[i] - b[i]));
  }
  return error / largest;
}
