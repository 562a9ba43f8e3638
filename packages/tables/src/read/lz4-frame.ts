/**
 * Unpacks an LZ4 frame, whose blocks may refer to those before them. Checksums are passed over: the
 * files that hold such frames have lengths that must come out right.
 *
 * @throws Error if it is no frame, or not whole.
 */
export function unpackLz4Frame(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== 0x184d2204)
    throw new Error('not an LZ4 frame');
  const flags = bytes[4];
  const blockChecksum = flags & 0x10 ? 4 : 0;
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  const output = new Output();
  for (;;) {
    if (at + 4 > bytes.length) throw new Error('an LZ4 frame ends too early');
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return output.bytes.slice(0, output.length);
    const length = size & 0x7fffffff;
    const block = bytes.subarray(at, at + length);
    if (block.length < length) throw new Error('an LZ4 frame ends too early');
    if (size & 0x80000000) output.append(block, 0, length);
    else unpackBlock(block, output);
    at += length + blockChecksum;
  }
}

class Output {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  append(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.bytes.set(from.subarray(start, end), this.length);
    this.length += end - start;
  }

  /** What was written `distance` bytes ago, again: it may run into what it writes. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.length) throw new Error('an LZ4 block refers to nothing');
    this.reserve(length);
    const { bytes } = this;
    for (let i = 0; i < length; i++, this.length++)
      bytes[this.length] = bytes[this.length - distance];
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

function unpackBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const lengthFrom = (low: number): number => {
    let length = low;
    if (low < 15) return length;
    let more = 255;
    while (more === 255) {
      more = next();
      length += more;
    }
    return length;
  };
  const next = (): number => {
    if (at >= block.length) throw new Error('an LZ4 block ends too early');
    return block[at++];
  };
  while (at < block.length) {
    const token = next();
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) throw new Error('an LZ4 block ends too early');
    output.append(block, at, at + literals);
    at += literals;
    if (at === block.length) return;
    const distance = next() | (next() << 8);
    output.repeat(distance, lengthFrom(token & 15) + 4);
  }
}
