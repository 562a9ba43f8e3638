import { Epilogue, FeatureType } from '../wasm/tables.ts';
import { widened } from './half.ts';
import type { JavaScriptKernel } from './kernel.ts';
import type { JavaScriptMemory } from './memory.ts';
import { computeTiles, type Operand, type Panel, packLines, panelsOf, TILE } from './tiles.ts';

// Products of float32 matrices. Their sums are float64, and are rounded once.

/** `packB`: panels of four columns, all of k deep. Arguments: b, packed, n, k, ld, transposed. */
export const packB: JavaScriptKernel = ({ f32 }, [b, packed, n, k, ld, transposed]) => {
  const operand = operandOf(f32, b, ld, transposed !== 0, 'columns');
  for (let j = 0; j < n; j += TILE) packLines(operand, j, n, k, f32, packed / 4 + j * k);
};

/**
 * `gemm`. Arguments: a, b (packed by `packB` where ldb is 0), out, m, n, k, lda, a transposed, ldout, alpha, bias or 0,
 * epilogue, factor, five that cut the work into parts, ldb or 0, b transposed.
 */
export const gemm: JavaScriptKernel = ({ f32 }, args) => {
  const [a, b, out, m, n, k, lda, transposeA, ldout, alpha, bias, epilogue, factor] = args;
  const [ldb, transposeB] = args.slice(18);
  const right = ldb
    ? panelsOf(operandOf(f32, b, ldb, transposeB !== 0, 'columns'), n, k)
    : packedPanels(f32, b, k);
  computeTiles({
    ...{ m, n, k, right, left: operandOf(f32, a, lda, transposeA !== 0, 'rows') },
    put(sums, i, j, rows, columns) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          let v = alpha * sums[TILE * r + c];
          if (bias) v += f32[bias / 4 + j + c];
          // NaN stays.
          if (epilogue === Epilogue.relu) v = Math.max(0, v);
          else if (epilogue === Epilogue.cosine) v = factor * Math.cos(v);
          f32[out / 4 + (i + r) * ldout + j + c] = v;
        }
      }
    },
  });
};

/**
 * `gemmBatch`. Arguments: those of `gemm` for the first pair; then how many pairs, and the bytes from one a, b and out
 * to the next.
 */
export const gemmBatch: JavaScriptKernel = (memory, args, parts) => {
  const [count, ...strides] = args.slice(22);
  for (let i = 0; i < count; i++) {
    const moved = args.map((value, at) => (at < 3 ? value + i * strides[at] : value));
    gemm(memory, moved, parts);
  }
};

/**
 * `gram`: the upper half of out = ZᵀZ, or what it adds to out. Arguments: z, z packed by `packB`, rows, d, ldz, out,
 * ldout, out is float64, add.
 */
export const gram: JavaScriptKernel = (memory, args) => {
  const [z, packed, k, d, ldz, out, ldout, float64, add] = args;
  const { f32 } = memory;
  const { values, at } = numbersAt(memory, out, float64);
  computeTiles({
    ...{ m: d, n: d, k, right: packedPanels(f32, packed, k) },
    left: operandOf(f32, z, ldz, true, 'rows'),
    rowsFor: (j) => [0, j + TILE],
    put(sums, i, j, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const row = at + (i + r) * ldout + j;
        for (let c = 0; c < columns; c++) {
          values[row + c] = (add ? values[row + c] : 0) + sums[TILE * r + c];
        }
      }
    },
  });
};

/** `mirror`: the upper half to the lower one. Arguments: x, d, ld, x is float64. */
export const mirror: JavaScriptKernel = (memory, [x, d, ld, float64]) => {
  const { values, at } = numbersAt(memory, x, float64);
  for (let top = 0; top < d; top += 32) {
    for (let i = 0; i < d; i++) {
      const end = Math.min(d, top + 32);
      for (let j = Math.max(top, i + 1); j < end; j++)
        values[at + j * ld + i] = values[at + i * ld + j];
    }
  }
};

/** `addTo64`: float32 to float64. Arguments: x, out, rows, columns, ldx, ldout, add. */
export const addTo64: JavaScriptKernel = ({ f32, f64 }, args) => {
  const [x, out, rows, columns, ldx, ldout, add] = args;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const to = out / 8 + i * ldout + j;
      f64[to] = (add ? f64[to] : 0) + f32[x / 4 + i * ldx + j];
    }
  }
};

/** `add`: out = a + b. Arguments: a, b, out, n. */
export const add: JavaScriptKernel = ({ f32 }, [a, b, out, n]) => {
  for (let i = 0; i < n; i++) f32[out / 4 + i] = f32[a / 4 + i] + f32[b / 4 + i];
};

/** `transpose`. Arguments: x, out, rows of out, columns of out, ldx, ldout. */
export const transpose: JavaScriptKernel = ({ f32 }, [x, out, m, n, ldx, ldout]) => {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) f32[out / 4 + i * ldout + j] = f32[x / 4 + j * ldx + i];
  }
};

/** `finishProduct`: x = epilogue(alpha·x + bias). Arguments: x, m, n, ld, alpha, bias or 0, relu. */
export const finishProduct: JavaScriptKernel = ({ f32 }, [x, m, n, ld, alpha, bias, relu]) => {
  for (let i = 0; i < m; i++) {
    for (let j = 0, at = x / 4 + i * ld; j < n; j++, at++) {
      const v = alpha * f32[at] + (bias ? f32[bias / 4 + j] : 0);
      f32[at] = relu ? Math.max(v, 0) : v;
    }
  }
};

/**
 * `rowsProduct`: out[r][u] = Σ z[rows[r]][d]·w[u][d] + bias[u]. Arguments: z, ldz, rows (i32) or 0, count, features, w,
 * ldw, units, bias or 0, out, ldout, scratch, type of z.
 */
export const rowsProduct: JavaScriptKernel = (memory, args) => {
  const [z, ldz, rows, count, features, w, ldw, units, bias, out, ldout, , type] = args;
  const { f32 } = memory;
  const weights = operandOf(f32, w, ldw, true, 'columns');
  computeTiles({
    ...{ m: count, n: units, k: features, right: panelsOf(weights, units, features) },
    left: pickedRows(memory, { z, ldz, rows, count, features, type }, 'rows'),
    put(sums, i, j, height, width) {
      for (let r = 0; r < height; r++) {
        for (let u = 0; u < width; u++) {
          const constant = bias ? f32[bias / 4 + j + u] : 0;
          f32[out / 4 + (i + r) * ldout + j + u] = sums[TILE * r + u] + constant;
        }
      }
    },
  });
};

/**
 * `rowsTransposedProduct`: out[u][d] = Σ_r g[r][u]·z[rows[r]][d]. Arguments: z, ldz, rows (i32) or 0, count, features, g,
 * ldg, units, out, ldout, scratch, type of z.
 */
export const rowsTransposedProduct: JavaScriptKernel = (memory, args) => {
  const [z, ldz, rows, count, features, g, ldg, units, out, ldout, , type] = args;
  const { f32 } = memory;
  const some = pickedRows(memory, { z, ldz, rows, count, features, type }, 'columns');
  computeTiles({
    ...{ m: units, n: features, k: count, right: panelsOf(some, features, count) },
    left: operandOf(f32, g, ldg, true, 'rows'),
    put: (sums, i, j, height, width) =>
      store(f32, sums, out / 4 + i * ldout + j, ldout, height, width),
  });
};

/** `narrowTransposed`: out[d][u] = Σ_r z[r][d]·g[r][u]. Arguments: z, ldz, count, features, g, ldg, units, out, ldout. */
export const narrowTransposed: JavaScriptKernel = ({ f32 }, args) => {
  const [z, ldz, count, features, g, ldg, units, out, ldout] = args;
  computeTiles({
    ...{ m: features, n: units, k: count },
    left: operandOf(f32, z, ldz, true, 'rows'),
    right: panelsOf(operandOf(f32, g, ldg, false, 'columns'), units, count),
    put: (sums, i, j, height, width) =>
      store(f32, sums, out / 4 + i * ldout + j, ldout, height, width),
  });
};

function store(
  f32: Float32Array,
  sums: Float64Array,
  at: number,
  ld: number,
  rows: number,
  columns: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) f32[at + r * ld + c] = sums[TILE * r + c];
  }
}

/** A row-major matrix as A, whose lines are rows, or as B, whose lines are columns. */
function operandOf(
  values: Float32Array,
  pointer: number,
  ld: number,
  transposed: boolean,
  lines: 'rows' | 'columns',
): Operand {
  const [line, step] = (lines === 'rows') === transposed ? [1, ld] : [ld, 1];
  return { values, at: pointer / 4, line, step };
}

/** The panels that `packB` wrote, as float64. */
function packedPanels(f32: Float32Array, packed: number, k: number): (j: number) => Panel {
  const values = new Float64Array(TILE * k);
  return (j) => {
    const at = packed / 4 + j * k;
    values.set(f32.subarray(at, at + TILE * k));
    return { values, at: 0 };
  };
}

/** Picked rows where they lie, or where their numbers have 16 bits, widened. */
function pickedRows(
  memory: JavaScriptMemory,
  {
    z,
    ldz,
    rows,
    count,
    features,
    type,
  }: Record<'z' | 'ldz' | 'rows' | 'count' | 'features' | 'type', number>,
  lines: 'rows' | 'columns',
): Operand {
  const picked = rows ? memory.i32.subarray(rows / 4, rows / 4 + count) : undefined;
  if (type !== FeatureType.float32) {
    const values = new Float32Array(count * features);
    for (let i = 0; i < count; i++) {
      const from = z / 2 + (picked ? picked[i] : i) * ldz;
      const row = memory.u16.subarray(from, from + features);
      for (let j = 0; j < features; j++) values[i * features + j] = widened(row[j], type);
    }
    return operandOf(values, 0, features, false, lines);
  }
  const operand = operandOf(memory.f32, z, ldz, false, lines);
  return lines === 'rows' ? { ...operand, lines: picked } : { ...operand, steps: picked };
}

const numbersAt = ({ f32, f64 }: JavaScriptMemory, pointer: number, float64: number) =>
  float64 ? { values: f64, at: pointer / 8 } : { values: f32, at: pointer / 4 };
