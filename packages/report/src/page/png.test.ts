import { crc32, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng } from './png.ts';

test('writes the signature, then chunks with their checks', () => {
  const png = encodePng(Uint8Array.from([0, 1, 2, 253, 254, 255]), 3);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = [...chunksOf(png)];
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND']);
  const [header, data] = chunks.map((chunk) => chunk.data);
  expect([header.readUInt32BE(0), header.readUInt32BE(4), ...header.subarray(8)]).toEqual([
    3, 2, 8, 0, 0, 0, 0,
  ]);
  expect([...inflateSync(data)]).toEqual([0, 0, 1, 2, 0, 253, 254, 255]);
});

test('takes whole rows alone', () => {
  expect(() => encodePng(new Uint8Array(5), 3)).toThrow(
    '`pixels` must be whole rows of 3. Received: 5.',
  );
});

function* chunksOf(png: Buffer) {
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    yield { type: body.toString('latin1', 0, 4), data: body.subarray(4) };
    at += 12 + length;
  }
}
