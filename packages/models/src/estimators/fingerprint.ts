/**
 * A checksum of JSON and bytes, as 16 hexadecimal digits. It guards against damage and careless
 * edits, not against forgery. It does not depend on the order of keys.
 *
 * It consists of two 32-bit hashes by multiplication and xor, as in cyrb53, over UTF-16 units and
 * 32-bit words.
 */
export function fingerprint(json: unknown, bytes: ArrayBuffer): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const add = (value: number) => {
    a = Math.imul(a ^ value, 0x9e3779b1);
    b = Math.imul(b ^ value, 0x5f356495);
    // High bits must reach the low ones, or the sign of a number would be lost.
    a ^= a >>> 15;
    b ^= b >>> 13;
  };
  const text = JSON.stringify(json, inOrder);
  for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
  const words = new Uint32Array(bytes, 0, Math.floor(bytes.byteLength / 4));
  for (const word of words) add(word);
  for (const byte of new Uint8Array(bytes, 4 * words.length)) add(byte);
  add(bytes.byteLength);
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)),
  );
}
