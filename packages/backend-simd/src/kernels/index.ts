import { addN } from './add-n.ts';
import { binary, compare } from './binary.ts';
import { cast } from './cast.ts';
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput, fusedConv2D } from './convolution.ts';
import { fill, like, oneHot } from './fill.ts';
import { gather, unsortedSegmentSum } from './gather.ts';
import { structuredFeatures, walshHadamard } from './hadamard.ts';
import { manhattanDistances } from './manhattan-distances.ts';
import { batchMatMul, cosineFeatures, fusedMatMul } from './matmul.ts';
import { concat, pad, slice, splitV, tile, transpose } from './move.ts';
import type { Override } from './override.ts';
import { patchResponses } from './patch-responses.ts';
import { maxPool, maxPoolGrad } from './pooling.ts';
import { argExtreme, reduction } from './reduce.ts';
import { select } from './select.ts';
import { softmax } from './softmax.ts';
import { sparseMatMul } from './sparse-matmul.ts';
import { cos, unary } from './unary.ts';

/**
 * The tfjs operations that simd computes itself, by tfjs's names. Every other operation is tfjs's own CPU kernel, and so
 * are these for types other than float32, unless the comment above them names the type.
 */
export const simdKernels: Record<string, Override> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  CosineFeatures: cosineFeatures,
  StructuredFeatures: structuredFeatures,
  WalshHadamard: walshHadamard,
  ManhattanDistances: manhattanDistances,
  PatchResponses: patchResponses,
  SparseMatMul: sparseMatMul,

  // NHWC only
  Conv2D: conv2D,
  FusedConv2D: fusedConv2D,
  Conv2DBackpropFilter: conv2DBackpropFilter,
  Conv2DBackpropInput: conv2DBackpropInput,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,

  Add: binary('add', 'a', 'b'),
  Sub: binary('subtract', 'a', 'b'),
  Multiply: binary('multiply', 'a', 'b'),
  RealDiv: binary('divide', 'a', 'b'),
  Maximum: binary('maximum', 'a', 'b'),
  Minimum: binary('minimum', 'a', 'b'),
  SquaredDifference: binary('squaredDifference', 'a', 'b'),
  Prelu: binary('prelu', 'x', 'alpha'),
  EluGrad: binary('eluGradient', 'dy', 'y'),
  AddN: addN,

  // float32 or int32
  Equal: compare('equal'),
  NotEqual: compare('notEqual'),
  Less: compare('less'),
  LessEqual: compare('lessEqual'),
  Greater: compare('greater'),
  GreaterEqual: compare('greaterEqual'),

  Abs: unary('abs'),
  Neg: unary('negate'),
  Square: unary('square'),
  Sqrt: unary('sqrt'),
  Rsqrt: unary('rsqrt'),
  Reciprocal: unary('reciprocal'),
  Sign: unary('sign'),
  Floor: unary('floor'),
  Ceil: unary('ceil'),
  Step: unary('step', 'alpha'),
  ClipByValue: unary('clip', 'clipValueMin', 'clipValueMax'),
  Relu: unary('relu'),
  Relu6: unary('relu6'),
  LeakyRelu: unary('leakyRelu', 'alpha'),
  Elu: unary('elu'),
  Sigmoid: unary('sigmoid'),
  Softplus: unary('softplus'),
  Tanh: unary('tanh'),
  Exp: unary('exp'),
  Expm1: unary('expm1'),
  Log: unary('log'),
  Log1p: unary('log1p'),
  Sin: unary('sin'),
  Cos: cos,

  Sum: reduction('sum'),
  Mean: reduction('mean'),
  Max: reduction('max'),
  Min: reduction('min'),
  ArgMax: argExtreme(false),
  ArgMin: argExtreme(true),
  Softmax: softmax,

  // float32, int32, bool
  Cast: cast,
  Fill: fill,
  ZerosLike: like(0),
  OnesLike: like(1),
  OneHot: oneHot,
  GatherV2: gather,

  // float32 or int32
  Select: select,
  Slice: slice,
  SplitV: splitV,
  Concat: concat,
  Transpose: transpose,
  Tile: tile,
  PadV2: pad,

  UnsortedSegmentSum: unsortedSegmentSum,
};
