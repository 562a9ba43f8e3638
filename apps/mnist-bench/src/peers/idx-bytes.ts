/** Bytes of any shape in MNIST's format: two zeros, the type, the number of axes, their lengths. */
export function idxBytes(data: Uint8Array, shape: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, 0x08);
  header.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    header.setUint32(4 + 4 * axis, length);
  });
  return Buffer.concat([new Uint8Array(header.buffer), data]);
}
