import {
  adamStepAt,
  crossAt,
  descentStepAt,
  getSimd,
  gramAt,
  rowsProductAt,
  rowsTransposedProductAt,
  type Simd,
} from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { countOf, type Matrix, type Moments, type Numerics, type Picked } from './numerics.ts';
import { addOuterSums } from './outer-sums.ts';

/** Over simd's shared memory, on every core, in place. */
export function simdNumerics(simd: Simd = getSimd()): Numerics {
  const zeros = (rows: number, columns: number) => {
    const matrix = new SimdMatrix(simd, rows, columns);
    matrix.view().fill(0);
    return matrix;
  };
  const from = (values: Float32Array, rows: number, columns: number) => {
    const matrix = new SimdMatrix(simd, rows, columns);
    matrix.view().set(values);
    return matrix;
  };
  return {
    name: 'simd',
    zeros,
    matrix: from,
    put(rows, into, at) {
      const matrix = own(into);
      matrix.view().set(valuesOf(rows, simd), at * matrix.columns);
    },
    read: async (matrix) => own(matrix).view().slice(),
    write: (matrix, values) => own(matrix).view().set(values),
    async scores(z, picked, head, bias) {
      const count = countOf(picked);
      const out = new SimdMatrix(simd, count, head.rows);
      try {
        withRows(simd, z, picked, (rows) => {
          const w = { w: own(head).pointer, bias: own(bias).pointer, out: out.pointer };
          rowsProductAt(simd, { ...rows, ...w, units: head.rows });
        });
        return out.view().slice();
      } finally {
        out.dispose();
      }
    },
    gradient(z, picked, g, out) {
      const derivative = from(g, countOf(picked), out.rows);
      try {
        withRows(simd, z, picked, (rows) => {
          const at = { g: derivative.pointer, out: own(out).pointer };
          rowsTransposedProductAt(simd, { ...rows, ...at, units: out.rows });
        });
      } finally {
        derivative.dispose();
      }
    },
    adamStep({ weights, gradient, m, v, step, learningRate, l2 }) {
      const [w, g] = [own(weights), own(gradient)];
      const at = { w: w.pointer, g: g.pointer, m: own(m).pointer, v: own(v).pointer };
      adamStepAt(simd, { ...at, n: w.size, step, learningRate, l2 });
    },
    descentStep({ weights, gradient, velocity, momentum, learningRate, l2 }) {
      const w = own(weights);
      const at = { w: w.pointer, g: own(gradient).pointer, velocity: own(velocity).pointer };
      descentStepAt(simd, { ...at, n: w.size, learningRate, momentum, l2 });
    },
    moments: (features, outputs) => new SimdMoments(simd, features, outputs),
  };
}

class SimdMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly pointer: number;
  readonly #simd: Simd;

  constructor(simd: Simd, rows: number, columns: number) {
    this.#simd = simd;
    this.rows = rows;
    this.columns = columns;
    this.pointer = simd.alloc(4 * rows * columns);
  }

  get size(): number {
    return this.rows * this.columns;
  }

  /** Good until the next allocation. */
  view(): Float32Array {
    return this.#simd.f32(this.pointer, this.size);
  }

  dispose(): void {
    this.#simd.free(this.pointer);
  }
}

const own = (matrix: Matrix) => matrix as SimdMatrix;

/** The tensor's numbers: where the tfjs backend keeps them in the same memory, a view of that. */
function valuesOf(rows: tf.Tensor2D, simd: Simd): Float32Array {
  const backend = tf.backend() as { simd?: Simd; pointer?(info: tf.TensorInfo): number };
  if (backend.simd !== simd || backend.pointer === undefined) {
    return rows.dataSync<'float32'>();
  }
  return simd.f32(backend.pointer(rows), rows.size);
}

/** Hands on the picked rows as the kernels take them; an index is copied to the memory meanwhile. */
function withRows(
  simd: Simd,
  z: Matrix,
  picked: Picked,
  use: (rows: { z: number; rows?: number; count: number; features: number }) => void,
): void {
  const { pointer, columns: features } = own(z);
  if (!(picked instanceof Int32Array)) {
    use({ z: pointer + 4 * picked.from * features, count: picked.count, features });
    return;
  }
  const rows = simd.alloc(4 * picked.length);
  try {
    simd.i32(rows, picked.length).set(picked);
    use({ z: pointer, rows, count: picked.length, features });
  } finally {
    simd.free(rows);
  }
}

/** Rows that are multiplied at a time where they must be copied first: 1,024 of 4,096 are 17 MB. */
const COPIED_ROWS = 1024;

class SimdMoments implements Moments {
  readonly #simd: Simd;
  readonly #features: number;
  readonly #outputs: number;
  readonly #zz: number;
  readonly #zy: number;
  readonly #sums;

  constructor(simd: Simd, features: number, outputs: number) {
    this.#simd = simd;
    this.#features = features;
    this.#outputs = outputs;
    this.#zz = simd.alloc(8 * features * features);
    this.#zy = simd.alloc(8 * features * outputs);
    simd.f64(this.#zz, features * features).fill(0);
    simd.f64(this.#zy, features * outputs).fill(0);
    this.#sums = {
      weight: 0,
      z: new Float64Array(features),
      y: new Float64Array(outputs),
      yy: new Float64Array(outputs),
    };
  }

  async add(z: Matrix, picked: Picked, y: Float32Array, weights?: Float32Array): Promise<void> {
    const { pointer, columns } = own(z);
    if (!(picked instanceof Int32Array) && weights === undefined) {
      this.#addBlock(pointer + 4 * picked.from * columns, picked.count, y);
      return;
    }
    // Rows that do not lie together, or that are weighted, are copied together first.
    const count = countOf(picked);
    const block = new SimdMatrix(this.#simd, Math.min(COPIED_ROWS, count), columns);
    try {
      for (let start = 0; start < count; start += COPIED_ROWS) {
        const size = Math.min(COPIED_ROWS, count - start);
        const targets = y.slice(start * this.#outputs, (start + size) * this.#outputs);
        this.#copy(own(z), picked, start, size, block);
        this.#addBlock(block.pointer, size, targets, weights?.subarray(start, start + size));
      }
    } finally {
      block.dispose();
    }
  }

  read() {
    const { weight, z, y, yy } = this.#sums;
    return {
      weight,
      z: z.slice(),
      y: y.slice(),
      yy: yy.slice(),
      zz: this.#simd.f64(this.#zz, this.#features ** 2).slice(),
      zy: this.#simd.f64(this.#zy, this.#features * this.#outputs).slice(),
    };
  }

  dispose(): void {
    this.#simd.free(this.#zz);
    this.#simd.free(this.#zy);
  }

  #copy(z: SimdMatrix, picked: Picked, start: number, size: number, block: SimdMatrix): void {
    const { columns } = z;
    const [source, target] = [z.view(), block.view()];
    for (let i = 0; i < size; i++) {
      const row = picked instanceof Int32Array ? picked[start + i] : picked.from + start + i;
      target.set(source.subarray(row * columns, (row + 1) * columns), i * columns);
    }
  }

  /** `z` may be scaled here where there are weights: it is a copy then. */
  #addBlock(z: number, n: number, y: Float32Array, weights?: Float32Array): void {
    const [simd, d, units] = [this.#simd, this.#features, this.#outputs];
    addOuterSums(this.#sums, simd.f32(z, n * d), y, weights);
    if (weights !== undefined) scaleByRoots(simd.f32(z, n * d), y, weights);
    const targets = simd.alloc(4 * Math.max(1, y.length));
    try {
      simd.f32(targets, y.length).set(y);
      const common = { z, n, d, float64: true, add: true };
      gramAt(simd, { ...common, out: this.#zz });
      crossAt(simd, { ...common, y: targets, units, out: this.#zy });
    } finally {
      simd.free(targets);
    }
  }
}

/** Multiplies each row of z and y by √weight, so that their products carry the weight. */
function scaleByRoots(z: Float32Array, y: Float32Array, weights: Float32Array): void {
  const [d, units] = [z.length / weights.length, y.length / weights.length];
  weights.forEach((weight, row) => {
    const root = Math.sqrt(weight);
    for (let i = row * d; i < (row + 1) * d; i++) z[i] *= root;
    for (let i = row * units; i < (row + 1) * units; i++) y[i] *= root;
  });
}
