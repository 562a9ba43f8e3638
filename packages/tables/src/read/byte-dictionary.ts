import { bytesText } from './bytes.ts';

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
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
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
    let slot = this.hashes[code] & mask;
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

let basis: number | undefined;

/**
 * Of this process: a file cannot be made in which all texts fall together. Drawn when it is used,
 * since workerd refuses it while a module is loaded.
 */
const basisOf = (): number => (basis ??= crypto.getRandomValues(new Int32Array(1))[0]);

/** murmur3, four bytes at a step. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = basisOf() ^ (end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = mixed(hash, word);
  }
  let rest = 0;
  for (let shift = 0; i < end; i++, shift += 8) rest |= bytes[i] << shift;
  hash = mixed(hash, rest);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mixed(hash: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  const h = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

const mostRemembered = 4096;

/** What texts were parsed to, for columns in which few texts come again and again. */
export class ParseCache<T> {
  private texts = new ByteDictionary();
  private values: T[] = [];
  private readonly parse: (text: string) => T;

  constructor(parse: (text: string) => T) {
    this.parse = parse;
  }

  get(bytes: Uint8Array, start: number, end: number): T {
    const known = this.texts.find(bytes, start, end);
    if (known >= 0) return this.values[known];
    if (this.texts.size === mostRemembered) {
      this.texts = new ByteDictionary();
      this.values = [];
    }
    const value = this.parse(bytesText(bytes, start, end));
    this.values[this.texts.add(bytes, start, end)] = value;
    return value;
  }
}
