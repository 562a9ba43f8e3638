import type * as tf from '@tensorflow/tfjs-core';

/** What the kernel needs of a backend whose memory is plain arrays. */
interface PlainBackend {
  readSync(dataId: tf.DataId): Float32Array;
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
}

/** tfjs's cpu backend rounds the sums of products to float32 after as many as this. */
const TOGETHER = 48;

/**
 * The kernel `CosineFeatures` of tfjs's cpu backend, with the bits of its product, sum and cosine. Its
 * product reads frequencies column by column: if they are a power of 2, all of a column compete for
 * the same few lines of the cache. Here each row of frequencies is read from its first number to its
 * last.
 */
export const cosineFeaturesOnCpu: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { readSync, makeTensorInfo } = backend as PlainBackend;
  const [x, kernel, bias] = [inputs.x, inputs.kernel, inputs.bias].map((info) =>
    readSync.call(backend, info!.dataId),
  );
  const factor = Math.fround((attrs as { factor: number }).factor);
  const [rows, inputDim] = inputs.x!.shape;
  const width = bias.length;
  const out = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    const own = x.subarray(row * inputDim, (row + 1) * inputDim);
    const angles = out.subarray(row * width, (row + 1) * width);
    for (let from = 0; from < inputDim; from += TOGETHER) {
      sums.fill(0);
      addProducts(sums, own, kernel, from, Math.min(from + TOGETHER, inputDim));
      for (let j = 0; j < width; j++) angles[j] += sums[j];
    }
    for (let j = 0; j < width; j++) angles[j] += bias[j];
    for (let j = 0; j < width; j++) angles[j] = Math.cos(angles[j]);
    if (factor !== 1) for (let j = 0; j < width; j++) angles[j] *= factor;
  }
  return makeTensorInfo.call(backend, [rows, width], 'float32', out);
};

/** sums += Σ x[k] · row k of the kernel, in the order of k. */
function addProducts(
  sums: Float64Array,
  x: Float32Array,
  kernel: Float32Array,
  from: number,
  to: number,
): void {
  const width = sums.length;
  let k = from;
  // Four at a time: a sum is then read and written once for four products.
  for (; k + 4 <= to; k += 4) {
    const [a, b, c, d] = [x[k], x[k + 1], x[k + 2], x[k + 3]];
    for (let j = 0, at = k * width; j < width; j++, at++) {
      sums[j] =
        sums[j] +
        a * kernel[at] +
        b * kernel[at + width] +
        c * kernel[at + 2 * width] +
        d * kernel[at + 3 * width];
    }
  }
  for (; k < to; k++) {
    for (let j = 0, at = k * width; j < width; j++, at++) sums[j] += x[k] * kernel[at];
  }
}
