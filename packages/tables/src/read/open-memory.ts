import { inMemory, type OpenSource } from './opened.ts';

export const openText = (text: string): OpenSource =>
  openPieces(
    text.length,
    (start, end) => text.slice(start, end),
    () => new TextEncoder().encode(text),
  );

export const openBytes = (bytes: Uint8Array): OpenSource =>
  openPieces(
    bytes.length,
    (start, end) => bytes.subarray(start, end),
    () => bytes,
  );

/** Characters or bytes given at once. */
const pieceLength = 1 << 20;

function openPieces(
  total: number,
  piece: (start: number, end: number) => Uint8Array | string,
  bytes: () => Uint8Array,
): OpenSource {
  const opened: OpenSource = {
    name: undefined,
    total,
    loaded: 0,
    async *chunks() {
      for (let at = 0; at < total; at += pieceLength) {
        const chunk = piece(at, at + pieceLength);
        opened.loaded += chunk.length;
        yield chunk;
      }
    },
    random: async () => inMemory(bytes()),
    close: async () => {},
  };
  return opened;
}
