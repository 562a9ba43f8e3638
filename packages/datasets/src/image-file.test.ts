import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openImageFile } from './image-file.ts';

const header = (type: number, ...shape: number[]) => {
  const bytes = new Uint8Array(4 + 4 * shape.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((length, axis) => {
    view.setUint32(4 + 4 * axis, length);
  });
  return bytes;
};
const file = (name: string) => ({ name, size: 1e6, sha256: { raw: '' } });
const found = (bytes: Uint8Array, location: string) => ({ bytes: gzipSync(bytes), location });

// The files end behind their headers: whatever looked at what follows would call them truncated.
it('compares the counts of headers before anything is unpacked', async () => {
  const labels = await openImageFile(
    file('labels'),
    found(new Uint8Array([...header(8, 3), 0, 1, 2]), 'labels.gz'),
    { own: true },
  );
  const images = found(header(8, 400_000, 28, 28), 'images.gz');
  await expect(openImageFile(file('images'), images, { own: true, labels })).rejects.toThrow(
    'labels.gz: has 3 labels for the 400000 images of images.gz. Put files there that belong together.',
  );
});

it.each([
  [header(8, 4, 1000, 1000), 'numbers of shape [4, 1000, 1000], not images of 28×28 bytes'],
  [header(0x0d, 4, 28, 28), 'numbers of shape [4, 28, 28], not images of 28×28 bytes'],
])('looks at the shape of a header before anything is unpacked', async (bytes, message) => {
  const images = found(bytes, 'images.gz');
  await expect(openImageFile(file('images'), images, { own: true })).rejects.toThrow(message);
});
