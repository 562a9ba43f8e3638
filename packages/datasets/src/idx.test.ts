import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from './dataset-error.ts';
import { idxBytes } from './fixtures/tiny-set.ts';
import { parseIdx } from './idx.ts';

const name = 'train-images-idx3-ubyte';
const codeOf = (bytes: Uint8Array) => {
  try {
    parseIdx(bytes, { name });
    return undefined;
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    expect(error.message).toContain(name);
    return error.code;
  }
};

const types = [
  { type: 0x08, array: Uint8Array, width: 1, set: 'setUint8' },
  { type: 0x09, array: Int8Array, width: 1, set: 'setInt8' },
  { type: 0x0b, array: Int16Array, width: 2, set: 'setInt16' },
  { type: 0x0c, array: Int32Array, width: 4, set: 'setInt32' },
  { type: 0x0d, array: Float32Array, width: 4, set: 'setFloat32' },
  { type: 0x0e, array: Float64Array, width: 8, set: 'setFloat64' },
] as const;

describe('parseIdx', () => {
  it('reads every type of number, big-endian', () => {
    for (const { type, array, width, set } of types) {
      const values = array.from([1, 2, 100, type === 0x08 ? 200 : -3, 5, 6]);
      const payload = new DataView(new ArrayBuffer(6 * width));
      values.forEach((value, i) => {
        payload[set](i * width, value);
      });
      const bytes = idxBytes(type, [3, 2], new Uint8Array(payload.buffer));
      expect(parseIdx(bytes, { name })).toEqual({ data: values, shape: [3, 2] });
    }
  });

  it('gives bytes as a view, also from the middle of a buffer', () => {
    const padded = new Uint8Array(100);
    padded.set(idxBytes(0x08, [4], Uint8Array.of(9, 8, 7, 6)), 13);
    const { data } = parseIdx(padded.subarray(13, 25), { name });
    expect(data).toEqual(Uint8Array.of(9, 8, 7, 6));
    expect(data.buffer).toBe(padded.buffer);
  });

  it.each([
    ['a web page', new TextEncoder().encode('<!doctype html>'), 'magic'],
    ['another number type', Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 0), 'magic'],
    ['no axes', Uint8Array.of(0, 0, 8, 0), 'magic'],
    ['nothing', new Uint8Array(0), 'truncated'],
    ['half a header', Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0), 'truncated'],
    ['one byte too few', idxBytes(8, [2, 3], new Uint8Array(5)), 'truncated'],
    ['one byte too many', idxBytes(8, [2, 3], new Uint8Array(7)), 'oversized'],
    ['bytes where there should be none', idxBytes(8, [0, 3], new Uint8Array(1)), 'oversized'],
    ['a billion rows', idxBytes(0x0e, [2 ** 30, 28, 28], new Uint8Array(8)), 'truncated'],
    ['255 long axes', idxBytes(8, Array(255).fill(2 ** 32 - 1), new Uint8Array(8)), 'truncated'],
  ])('refuses %s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it.each([null, undefined, [1, 2], 'bytes', new ArrayBuffer(8)])('refuses %o', (bytes) => {
    expect(() => parseIdx(bytes as never)).toThrow('`bytes` must be a Uint8Array. Received: ');
    expect(() => parseIdx(bytes as never)).toThrow(TypeError);
  });

  it('needs no name', () => {
    expect(() => parseIdx(new Uint8Array(3))).toThrow('The file: is truncated');
  });

  it('says what the file is and what to do', () => {
    expect(() => parseIdx(idxBytes(8, [4], new Uint8Array(3)), { name })).toThrow(
      `${name}: is truncated: it has 11 bytes, its header declares 12. Delete it and get it again.`,
    );
  });

  it('reads what was written, whatever the shape', () => {
    const shapes = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...types), shapes, fc.nat(), ({ type, width }, shape, fill) => {
        const size = shape.reduce((product, length) => product * length, 1);
        const payload = Uint8Array.from({ length: size * width }, (_, i) => (i * 31 + fill) % 127);
        const { data, shape: read } = parseIdx(idxBytes(type, shape, payload), { name });
        expect(read).toEqual(shape);
        expect(data.length).toBe(size);
        expect(data.byteLength).toBe(payload.length);
        // Back to big-endian bytes: nothing was lost or moved.
        const native = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        const back = native.map((_, i) => native[i - (i % width) + (width - 1 - (i % width))]);
        expect(back).toEqual(payload);
      }),
    );
  });

  it('never crashes on anything else, nor allocates beyond the file', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(...types),
        fc.array(fc.oneof(fc.nat(4), fc.nat(0xffffffff)), { minLength: 1, maxLength: 4 }),
        fc.uint8Array({ maxLength: 64 }),
        fc.array(fc.tuple(fc.nat(20), fc.nat(255)), { maxLength: 3 }),
      )
      .map(([{ type }, shape, payload, changes]) => {
        const bytes = idxBytes(type, shape, payload);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged), (bytes) => {
        const code = codeOf(bytes);
        if (code) {
          expect(['magic', 'truncated', 'oversized']).toContain(code);
        } else {
          const { data, shape } = parseIdx(bytes, { name });
          expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
          expect(data.byteLength).toBe(bytes.length - 4 - 4 * shape.length);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

it.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [[1, 2], 'an array of number'],
  ['abc', 'string'],
  [new Float32Array(4), 'Float32Array'],
])('parseIdx takes bytes, not %s', (bytes, kind) => {
  expect(() => parseIdx(bytes as never, { name: 'x' })).toThrow(
    new TypeError(`\`bytes\` must be a Uint8Array. Received: ${kind}.`),
  );
});
