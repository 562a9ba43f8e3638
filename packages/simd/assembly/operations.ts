// A kernel that does one of several things takes its number. scripts/build-wasm.js writes these tables to
// src/wasm/tables.ts, so that TypeScript calls each by its name.

/** Operations of `unary`. */
export enum UnaryOperation {
  abs, negate, square, sqrt, rsqrt, reciprocal, relu, relu6, step, sign, floor, ceil, clip, leakyRelu,
  exp, expm1, log, log1p, sigmoid, tanh, softplus, elu, sin, cos,
}

/** Operations of `binary`. */
export enum BinaryOperation { add, subtract, multiply, divide, maximum, minimum, squaredDifference, prelu, eluGradient }

/** Comparisons of `compare`. */
export enum Comparison { equal, notEqual, less, lessEqual, greater, greaterEqual }

/** Reductions of `reduce` and `reducePieces`. */
export enum Reduction { sum, max, min }

/** Types of numbers in `convert` and `fill`: four bytes, four bytes, one byte. */
export enum NumberType { float32, int32, bool }

/** Types of kept features: four bytes, and two of two. */
export enum FeatureType { float32, bfloat16, float16 }

/** What `gemm` does to a number of the product after its bias is added. */
export enum Epilogue { linear, relu, cosine }

/** What `triangle64` writes. */
export enum TriangleMode { clearUpper, copyToUpper, copyToLower }
