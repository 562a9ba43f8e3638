/** Numbers texts in the order they come, without making strings of them: an open hash table of bytes. */
export class ByteDictionary {
  size = 0;
  private slots = new Int32Array(64).fill(-1);
  private hashes = new Int32Array(32);
  /** Where the bytes of each text begin; the next one's beginning is its end. */
  private offsets = new Uint32Array(33);
  private pool = new Uint8Array(512);

  /** The text's number, or −1 where it is new. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const { slots, hashes } = this;
    const hash = hashOf(bytes, start, end);
    const mask = slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const code = slots[slot];
      if (code < 0) return -1;
      if (hashes[code] === hash && this.same(code, bytes, start, end)) return code;
    }
  }

  /** Adds a text that is new and gives its number. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const code = this.size++;
    if (code === this.hashes.length) this.grow();
    const length = end - start;
    const from = this.offsets[code];
    if (from + length > this.pool.length) {
      const larger = new Uint8Array(2 * (from + length));
      larger.set(this.pool);
      this.pool = larger;
    }
    this.pool.set(bytes.subarray(start, end), from);
    this.offsets[code + 1] = from + length;
    this.hashes[code] = hashOf(bytes, start, end);
    this.place(code);
    return code;
  }

  private same(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { pool, offsets } = this;
    const from = offsets[code];
    const length = end - start;
    if (offsets[code + 1] - from !== length) return false;
    for (let i = 0; i < length; i++) if (pool[from + i] !== bytes[start + i]) return false;
    return true;
  }

  private place(code: number): void {
    const mask = this.slots.length - 1;
    let slot = spread(this.hashes[code]) & mask;
    while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = code;
  }

  private grow(): void {
    const { length } = this.hashes;
    const hashes = new Int32Array(2 * length);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const offsets = new Uint32Array(2 * length + 1);
    offsets.set(this.offsets);
    this.offsets = offsets;
    this.slots = new Int32Array(4 * length).fill(-1);
    for (let code = 0; code < length; code++) this.place(code);
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash;
}

/** FNV's low bits are poor for texts that differ in one place. */
const spread = (hash: number) => hash ^ (hash >>> 15);
