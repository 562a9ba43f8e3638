import { addAt, col2imAt, im2colAt, matmulAt } from '@kernel-methods/simd';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { activateAt, type Fusion, fusionFor } from './activation.ts';
import { allFloat, type Override } from './override.ts';

type Info = backend_util.Conv2DInfo;

interface Attributes {
  strides: number | [number, number];
  pad: never;
  dataFormat: 'NHWC' | 'NCHW';
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

// Bytes of patches that are laid out at a time, in whole images.
const PATCHES = 2 ** 24;

export const conv2D: Override<{ x: TensorInfo; filter: TensorInfo }, Attributes> = ({
  inputs: { x, filter },
  attrs,
  backend,
}) => {
  if (attrs.dataFormat !== 'NHWC' || !allFloat(backend, x, filter)) return undefined;
  return convolve(backend, x, filter, infoOf(x.shape, filter.shape, attrs), {});
};

type FusedInputs = {
  x: TensorInfo;
  filter: TensorInfo;
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
};
type FusedAttributes = Attributes & { activation?: string; leakyreluAlpha?: number };

/** activation(convolution + bias) */
export const fusedConv2D: Override<FusedInputs, FusedAttributes> = ({ inputs, attrs, backend }) => {
  const { x, filter, bias, preluActivationWeights: slopes } = inputs;
  if (attrs.dataFormat !== 'NHWC' || !allFloat(backend, x, filter)) return undefined;
  const fusion = fusionFor(backend, attrs, filter.shape[3], bias, slopes);
  if (!fusion) return undefined;
  const info = convolve(backend, x, filter, infoOf(x.shape, filter.shape, attrs), fusion);
  activateAt(backend, fusion, info);
  return info;
};

/** The gradient with respect to the filter: patchesᵀ·dy. */
export const conv2DBackpropFilter: Override<
  { x: TensorInfo; dy: TensorInfo },
  Attributes & { filterShape: [number, number, number, number] }
> = ({ inputs: { x, dy }, attrs, backend }) => {
  if (attrs.dataFormat !== 'NHWC' || !allFloat(backend, x, dy)) return undefined;
  const conv = infoOf(x.shape, attrs.filterShape, { ...attrs, dilations: 1 });
  if (!util.arraysEqual(dy.shape, conv.outShape)) return undefined;
  const { depth, pixels } = sizes(conv);
  const { simd } = backend;
  const { info, pointer } = backend.output(conv.filterShape, 'float32');
  const n = conv.outChannels;
  simd.f32(pointer, depth * n).fill(0);
  const sum = backend.temporary(depth * n);
  eachChunk(backend, conv, backend.pointer(x), (images, first, patches) => {
    const b = backend.pointer(dy) + 4 * first * pixels * n;
    const out = first === 0 ? pointer : sum;
    matmulAt(simd, { a: patches, b, out, m: depth, n, k: images * pixels, transposeA: true });
    if (first === 0) return;
    addAt(simd, pointer, sum, pointer, depth * n);
  });
  simd.free(sum);
  return info;
};

/** The gradient with respect to the input: dy·filterᵀ, added up where patches overlap. */
export const conv2DBackpropInput: Override<
  { dy: TensorInfo; filter: TensorInfo },
  Attributes & { inputShape: [number, number, number, number] }
> = ({ inputs: { dy, filter }, attrs, backend }) => {
  if (attrs.dataFormat !== 'NHWC' || !allFloat(backend, dy, filter)) return undefined;
  const conv = infoOf(attrs.inputShape, filter.shape, { ...attrs, dilations: 1 });
  // tfjs allows a dy that is larger than the convolution's output.
  if (!util.arraysEqual(dy.shape, conv.outShape)) return undefined;
  const { depth, pixels, image } = sizes(conv);
  const { info, pointer } = backend.output(conv.inShape, 'float32');
  const k = conv.outChannels;
  const { simd } = backend;
  const images = chunkOf(conv);
  const patches = backend.temporary(images * pixels * depth);
  for (let first = 0; first < conv.batchSize; first += images) {
    const count = Math.min(images, conv.batchSize - first);
    const a = backend.pointer(dy) + 4 * first * pixels * k;
    const b = backend.pointer(filter);
    matmulAt(simd, { a, b, out: patches, m: count * pixels, n: depth, k, transposeB: true });
    const x = pointer + 4 * first * image;
    col2imAt(simd, { x, patches, images: count, ...geometry(conv) });
  }
  simd.free(patches);
  return info;
};

function convolve(
  backend: SimdBackend,
  x: TensorInfo,
  filter: TensorInfo,
  conv: Info,
  { bias, epilogue }: Fusion,
): TensorInfo {
  const { info, pointer } = backend.output(conv.outShape, 'float32');
  const { depth, pixels } = sizes(conv);
  const n = conv.outChannels;
  const b = backend.pointer(filter);
  eachChunk(backend, conv, backend.pointer(x), (images, first, a) => {
    const out = pointer + 4 * first * pixels * n;
    const shape = { m: images * pixels, n, k: depth, bias, epilogue };
    matmulAt(backend.simd, { a, b, out, ...shape });
  });
  return info;
}

/** Lays images out in patches, a few at a time. Where a patch is one pixel, the images are their own patches. */
function eachChunk(
  backend: SimdBackend,
  conv: Info,
  x: number,
  visit: (images: number, first: number, patches: number) => void,
): void {
  const { depth, pixels, image } = sizes(conv);
  if (conv.batchSize * pixels === 0) return;
  const asIs = depth === conv.inChannels && pixels * depth === image && conv.strideHeight === 1;
  if (asIs && conv.strideWidth === 1 && conv.padInfo.top === 0 && conv.padInfo.left === 0) {
    visit(conv.batchSize, 0, x);
    return;
  }
  const { simd } = backend;
  const images = chunkOf(conv);
  const patches = backend.temporary(images * pixels * depth);
  for (let first = 0; first < conv.batchSize; first += images) {
    const count = Math.min(images, conv.batchSize - first);
    im2colAt(simd, { x: x + 4 * first * image, patches, images: count, ...geometry(conv) });
    visit(count, first, patches);
  }
  simd.free(patches);
}

function chunkOf(conv: Info): number {
  const { depth, pixels } = sizes(conv);
  return Math.max(1, Math.min(conv.batchSize, Math.floor(PATCHES / (4 * depth * pixels))));
}

/** Numbers per patch, output pixels per image, numbers per image. */
const sizes = (conv: Info) => ({
  depth: conv.filterHeight * conv.filterWidth * conv.inChannels,
  pixels: conv.outHeight * conv.outWidth,
  image: conv.inHeight * conv.inWidth * conv.inChannels,
});

const geometry = (conv: Info) => ({
  inHeight: conv.inHeight,
  inWidth: conv.inWidth,
  channels: conv.inChannels,
  outHeight: conv.outHeight,
  outWidth: conv.outWidth,
  filterHeight: conv.filterHeight,
  filterWidth: conv.filterWidth,
  strideHeight: conv.strideHeight,
  strideWidth: conv.strideWidth,
  dilationHeight: conv.dilationHeight,
  dilationWidth: conv.dilationWidth,
  padTop: conv.padInfo.top,
  padLeft: conv.padInfo.left,
});

const infoOf = (inShape: number[], filterShape: number[], attrs: Attributes): Info =>
  backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    'channelsLast',
  );
