import { type DatasetSplit, loadMnist, scalePixels } from '@kernel-methods/datasets';

/** The first rows of MNIST, pixels from 0 to 1, and their labels. */
export async function images(split: DatasetSplit, dataDir: string | undefined, rows = 60_000) {
  const all = await loadMnist({ split, dataDir });
  const x = scalePixels(all.x);
  const count = Math.min(rows, all.y.length);
  const width = x.data.length / all.y.length;
  return {
    x: { data: x.data.subarray(0, count * width), shape: [count, width] },
    y: all.y.subarray(0, count),
  };
}
