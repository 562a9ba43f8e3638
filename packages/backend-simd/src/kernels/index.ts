import { addN } from './add-n.ts';
import { binary, compare } from './binary.ts';
import { cast } from './cast.ts';
import { conv2D, conv2DBackpropFilter, conv2DBackpropInput, fusedConv2D } from './convolution.ts';
import { fill, like, oneHot } from './fill.ts';
import { gather, unsortedSegmentSum } from './gather.ts';
import { structuredFeatures, walshHadamard } from './hadamard.ts';
import { batchMatMul, cosineFeatures, fusedMatMul } from './matmul.ts';
import { concat, pad, slice, splitV, tile, transpose } from './move.ts';
import type { Override } from './override.ts';
import { patchResponses } from './patch-responses.ts';
import { maxPool, maxPoolGrad } from './pooling.ts';
import { argExtreme, reduction } from './reduce.ts';
import { select } from './select.ts';
import { softmax } from './softmax.ts';
import { cos, unary } from './unary.ts';

/**
 * What simd computes itself, by tfjs's names; all else is tfjs's own CPU kernel. float32 unless said:
 * other types go to tfjs's kernel as well.
 */
export const kernels: Record<string, Override> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  CosineFeatures: cosineFeatures,
  StructuredFeatures: structuredFeatures,
  WalshHadamard: walshHadamard,
  PatchResponses: patchResponses,

  // NHWC only
  Conv2D: conv2D,
  FusedConv2D: fusedConv2D,
  Conv2DBackpropFilter: conv2DBackpropFilter,
  Conv2DBackpropInput: conv2DBackpropInput,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,

  Add: binary('Add', 'a', 'b'),
  Sub: binary('Sub', 'a', 'b'),
  Multiply: binary('Multiply', 'a', 'b'),
  RealDiv: binary('RealDiv', 'a', 'b'),
  Maximum: binary('Maximum', 'a', 'b'),
  Minimum: binary('Minimum', 'a', 'b'),
  SquaredDifference: binary('SquaredDifference', 'a', 'b'),
  Prelu: binary('Prelu', 'x', 'alpha'),
  EluGrad: binary('EluGrad', 'dy', 'y'),
  AddN: addN,

  // float32 or int32
  Equal: compare('Equal'),
  NotEqual: compare('NotEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessEqual'),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterEqual'),

  Abs: unary('Abs'),
  Neg: unary('Neg'),
  Square: unary('Square'),
  Sqrt: unary('Sqrt'),
  Rsqrt: unary('Rsqrt'),
  Reciprocal: unary('Reciprocal'),
  Sign: unary('Sign'),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Step: unary('Step', 'alpha'),
  ClipByValue: unary('ClipByValue', 'clipValueMin', 'clipValueMax'),
  Relu: unary('Relu'),
  Relu6: unary('Relu6'),
  LeakyRelu: unary('LeakyRelu', 'alpha'),
  Elu: unary('Elu'),
  Sigmoid: unary('Sigmoid'),
  Softplus: unary('Softplus'),
  Tanh: unary('Tanh'),
  Exp: unary('Exp'),
  Expm1: unary('Expm1'),
  Log: unary('Log'),
  Log1p: unary('Log1p'),
  Sin: unary('Sin'),
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
