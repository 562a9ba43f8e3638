import type { Simd } from '../simd.ts';
import type { Steps } from '../steps.ts';

/** Memory for the duration of a call, in float64. */
export interface Workspace {
  /** Memory for this many numbers, not cleared. */
  alloc(numbers: number): number;
  zeros(numbers: number): number;
  put(values: Float64Array): number;
}

/** Runs `body`, and frees everything it allocated even if it throws. */
export function withWorkspace<T>(simd: Simd, body: (space: Workspace) => T): T {
  const { space, free } = openWorkspace(simd);
  try {
    return body(space);
  } finally {
    free();
  }
}

/** The same, in steps; it also frees if the steps are abandoned. */
export function* inWorkspace<T>(simd: Simd, body: (space: Workspace) => Steps<T>): Steps<T> {
  const { space, free } = openWorkspace(simd);
  try {
    return yield* body(space);
  } finally {
    free();
  }
}

function openWorkspace(simd: Simd): { space: Workspace; free(): void } {
  const pointers: number[] = [];
  const alloc = (numbers: number) => {
    const pointer = simd.alloc(8 * numbers);
    pointers.push(pointer);
    return pointer;
  };
  const zeros = (numbers: number) => {
    const pointer = alloc(numbers);
    simd.f64(pointer, numbers).fill(0);
    return pointer;
  };
  const put = (values: Float64Array) => {
    const pointer = alloc(values.length);
    simd.f64(pointer, values.length).set(values);
    return pointer;
  };
  const free = () => {
    for (const pointer of pointers) simd.free(pointer);
  };
  return { space: { alloc, zeros, put }, free };
}

/** A row's length in memory: an odd number of whole cache lines, so that columns spread over the cache. */
export const paddedRow = (n: number) => (Math.ceil(n / 8) | 1) * 8;
