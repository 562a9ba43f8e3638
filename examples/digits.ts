import {
  type ImageDataset,
  loadMnist,
  scalePixels,
  shuffleRows,
  syntheticDigits,
  trainTestSplit,
} from 'kernel-methods';

/** `--quick` on the command line: a second instead of minutes, on drawn digits. */
export const quick = process.argv.includes('--quick');

/** Images of digits, pixels from 0 to 1, and their labels: MNIST, or a few drawn ones. */
export async function digits() {
  if (!quick) {
    const [train, test] = await Promise.all([
      loadMnist({ split: 'train' }),
      loadMnist({ split: 'test' }),
    ]);
    return { train: images(train), test: images(test) };
  }
  const { train, test } = trainTestSplit(shuffleRows(syntheticDigits({ rows: 600 })));
  return { train: images(train), test: images(test) };
}

/** Rows of `[28, 28, 1]`, as convolutions want them. */
function images({ x, y }: Pick<ImageDataset, 'x' | 'y'>) {
  const [rows, height, width] = x.shape;
  return { x: { data: scalePixels(x).data, shape: [rows, height, width, 1] }, y };
}
