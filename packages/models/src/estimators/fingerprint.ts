/**
 * A checksum of JSON and bytes, as 16 hexadecimal digits. It guards against damage and careless
 * edits, not against forgery. It does not depend on the order of keys.
 *
 * It consists of two 32-bit hashes by multiplication and xor, as in cyrb53, over UTF-16 units and
 * 32-bit words.
 */
export function fingerprint(json: unknown, bytes: ArrayBuffer): string {
  const text = JSON.stringify(json, inOrder);
  const words = new Int32Array(bytes, 0, Math.floor(bytes.byteLength / 4));
  let hashes: Hashes = [0xdeadbeef, 0x41c6ce57];
  hashes = mixed(
    hashes,
    Int32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
  );
  hashes = mixed(hashes, words);
  hashes = mixed(hashes, Int32Array.from(new Uint8Array(bytes, 4 * words.length)));
  hashes = mixed(hashes, Int32Array.of(bytes.byteLength));
  return hashes.map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

type Hashes = readonly [number, number];

/** One loop on one kind of array: there are millions of words. */
function mixed([a, b]: Hashes, words: Int32Array): Hashes {
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i], 0x9e3779b1);
    b = Math.imul(b ^ words[i], 0x5f356495);
    // High bits must reach the low ones, or the sign of a number would be lost.
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  return [a, b];
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)),
  );
}
