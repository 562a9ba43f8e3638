import { nystroem, rationalQuadratic } from '@kernel-methods/features';
import { inTurns } from '@kernel-methods/simd';
import type * as tf from '@tensorflow/tfjs-core';
import { tensorSource } from '../data/row-source.ts';
import { leastErrorSteps } from '../ridge/choose-l2.ts';
import type { RidgeRows } from '../ridge/leave-one-out.ts';
import { disposeLayers } from './network.ts';
import { rowsTogether, takeInTurns } from './rows-together.ts';

/** The parts of the median distance that are tried: many rows can tell how near counts as near. */
const PARTS = [0.25, 0.5, 1];

/**
 * The scale of the rational quadratic kernel with the least leave-one-out error of ridge regression
 * on these rows, each with the penalty that is best for it: the median distance or a part of it.
 *
 * @param x rows `[n, d]`, which the caller still owns. @param y their targets.
 */
export async function landmarkScale(
  x: tf.Tensor2D,
  y: Pick<RidgeRows, 'y' | 'weights' | 'units'>,
  median: number,
  signal: AbortSignal,
): Promise<number> {
  let best = { error: Number.POSITIVE_INFINITY, scale: median };
  for (const part of PARTS) {
    const scale = part * median;
    const z = await exactFeatures(x, scale, signal);
    const steps = leastErrorSteps({ ...y, z, width: x.shape[0] });
    const { error } = await inTurns(steps, signal);
    // Of equal ones the largest.
    if (error <= best.error) best = { error, scale };
  }
  return best.scale;
}

/** Features whose products are those of the kernel, row-major `[n, n]`. */
async function exactFeatures(
  x: tf.Tensor2D,
  scale: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const [rows] = x.shape;
  const map = nystroem({ outputDim: rows, kernel: rationalQuadratic({ scale }) });
  try {
    await map.fit(x, { signal });
    const source = tensorSource(x);
    const mapped = {
      ...source,
      rowShape: [rows],
      take: (picked: Parameters<typeof source.take>[0]) => {
        const some = source.take(picked);
        const features = map.apply(some) as tf.Tensor;
        some.dispose();
        return features;
      },
    };
    const features = await takeInTurns(mapped, rows, rowsTogether([map]), signal);
    try {
      return await features.data<'float32'>();
    } finally {
      features.dispose();
    }
  } finally {
    disposeLayers([map]);
  }
}
