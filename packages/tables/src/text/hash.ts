/** A number of 32 bits from a text's UTF-16 code units: murmur3, the same everywhere. */
export function hashText(text: string): number {
  let h = 0;
  const pairs = text.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    h ^= scramble(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  if (text.length & 1) h ^= scramble(text.charCodeAt(text.length - 1));
  h ^= 2 * text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function scramble(k: number): number {
  const mixed = Math.imul(k, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
