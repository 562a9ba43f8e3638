import { crc32, deflateSync } from 'node:zlib';

/** A PNG of grey levels, a byte per pixel, row by row. */
export function encodePng(pixels: Uint8Array, width: number): Buffer {
  const height = pixels.length / width;
  if (!Number.isInteger(height) || height < 1) {
    throw new Error(`\`pixels\` must be whole rows of ${width}. Received: ${pixels.length}.`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8); // Eight bits of grey, deflated, filtered by rows, not interlaced.
  const rows = Buffer.alloc(height * (width + 1)); // Each row after its filter's number: 0, none.
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND')]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
