import {
  type ImageDataset,
  loadMnist,
  scalePixels,
  shuffleRows,
  syntheticDigits,
  trainTestSplit,
} from 'kernel-methods';

/** `--quick` on the command line: seconds instead of minutes, on synthetic digits. */
export const quick = process.argv.includes('--quick');

/** Images of digits, pixels from 0 to 1, and their labels: MNIST, or a few synthetic ones. */
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

/** Rows of shape `[28, 28, 1]`, for convolutions. */
function images({ x, y }: Pick<ImageDataset, 'x' | 'y'>) {
  const [rows, height, width] = x.shape;
  return { x: { data: scalePixels(x).data, shape: [rows, height, width, 1] }, y };
}
