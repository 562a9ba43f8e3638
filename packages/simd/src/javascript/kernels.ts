import type { WasmKernelName } from '../wasm/tables.ts';
import { fromHalf, toHalf } from './half.ts';
import type { JavaScriptKernel } from './kernel.ts';
import { manhattan } from './manhattan.ts';
import { copyRows64, maxAbs64, transpose64, triangle64 } from './moves64.ts';
import * as products from './products.ts';
import { axpy64, gemm64, gemv64, packB64 } from './products64.ts';
import { reflectPanel64, tridiagonalReflect64, tridiagonalUpdate64 } from './reflections64.ts';
import { jacobi64, rotate64 } from './rotations64.ts';
import * as sparse from './sparse.ts';
import { adam, copyRows, descend } from './steps.ts';
import { cholesky64, triangular64 } from './triangles64.ts';

/**
 * The kernels that training needs. The others are for tfjs backends, and tfjs has its own in plain
 * JavaScript.
 */
export const kernels: Readonly<Partial<Record<WasmKernelName, JavaScriptKernel>>> = {
  // Products of float32 matrices.
  ...products,
  // Distances of points.
  manhattan,
  // Products with sparse rows, and dual coordinate descent on them.
  ...sparse,
  // Training.
  ...{ adam, copyRows, descend, fromHalf, toHalf },
  // float64 linear algebra.
  ...{ axpy64, copyRows64, gemm64, gemv64, maxAbs64, packB64, transpose64, triangle64 },
  ...{ cholesky64, jacobi64, reflectPanel64, rotate64, triangular64 },
  ...{ tridiagonalReflect64, tridiagonalUpdate64 },
};
