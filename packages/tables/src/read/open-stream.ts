import { fail } from '../check.ts';
import { collect, inMemory, type OpenSource } from './opened.ts';

export function openBlob(blob: Blob): OpenSource {
  const name = 'name' in blob && typeof blob.name === 'string' ? blob.name : undefined;
  const random = async () => ({
    byteLength: blob.size,
    slice: (start: number, end?: number) => blob.slice(start, end).arrayBuffer(),
  });
  return Object.assign(openStream(blob.stream(), name, blob.size), { random });
}

export function openStream(
  stream: ReadableStream<Uint8Array | string>,
  name?: string,
  total?: number,
): OpenSource {
  if (stream.locked) fail('source', 'a stream that nobody reads', 'a locked stream');
  const reader = stream.getReader();
  const opened: OpenSource = {
    name,
    total,
    loaded: 0,
    async *chunks() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
          fail('source', 'a stream of bytes or strings', value);
        }
        opened.loaded += value.length;
        yield value;
      }
    },
    random: async () => inMemory(await collect(opened)),
    // The rest is not wanted; a stream that failed cannot be cancelled.
    close: () => reader.cancel().catch(() => {}),
  };
  return opened;
}
