// As in WebAssembly.
const PAGE = 65536;

/**
 * Replaces `WebAssembly.Memory` without WebAssembly: bytes that grow by whole pages, and views of
 * them.
 */
export class JavaScriptMemory {
  buffer: ArrayBuffer;
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  u16: Uint16Array;
  u8: Uint8Array;

  constructor(pages: number) {
    this.buffer = new ArrayBuffer(pages * PAGE);
    [this.f32, this.f64, this.i32, this.u16, this.u8] = viewsOf(this.buffer);
  }

  /** @throws RangeError if the system refuses more. */
  grow(pages: number): void {
    this.buffer = enlarged(this.buffer, this.buffer.byteLength + pages * PAGE);
    [this.f32, this.f64, this.i32, this.u16, this.u8] = viewsOf(this.buffer);
  }
}

const viewsOf = (buffer: ArrayBuffer) =>
  [
    new Float32Array(buffer),
    new Float64Array(buffer),
    new Int32Array(buffer),
    new Uint16Array(buffer),
    new Uint8Array(buffer),
  ] as const;

/**
 * The same bytes, followed by zeros. Engines that can move the bytes do so, which detaches the
 * views of the old buffer.
 */
function enlarged(buffer: ArrayBuffer & { transfer?: unknown }, bytes: number): ArrayBuffer {
  if (typeof buffer.transfer === 'function') return buffer.transfer(bytes) as ArrayBuffer;
  const larger = new ArrayBuffer(bytes);
  new Uint8Array(larger).set(new Uint8Array(buffer));
  return larger;
}
