import { show } from '../check.ts';
import { TableError } from '../table-error.ts';
import { platform } from './current-platform.ts';
import type { OpenSource } from './opened.ts';

/** Gzip or not: the bytes as they were before. Text stays text. */
export async function* unpacked(source: OpenSource): AsyncGenerator<Uint8Array | string> {
  const chunks = source.chunks()[Symbol.asyncIterator]();
  const head: (Uint8Array | string)[] = [];
  let known = 0;
  // The mark of gzip is two bytes, and a stream may bring one at a time.
  while (known < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    if (value.length === 0) continue;
    head.push(value);
    known += typeof value === 'string' ? 2 : value.length;
  }
  const rest = { [Symbol.asyncIterator]: () => chunks };
  async function* all() {
    yield* head;
    yield* rest;
  }
  if (!isGzip(head)) {
    yield* all();
    return;
  }
  const packed = platform.gunzip(all() as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await packed.next().catch((cause: unknown) => {
        // What failed may be the source, not its compression.
        if (cause instanceof TableError || (cause as Error | null)?.name === 'AbortError')
          throw cause;
        const what = `is not whole or is damaged: it begins as gzip, but cannot be unpacked (${show((cause as Error)?.message)}).`;
        throw new TableError('gzip', what, { source: source.name }, cause);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await packed.return?.();
  }
}

function isGzip(head: (Uint8Array | string)[]): boolean {
  const bytes: number[] = [];
  for (const chunk of head) {
    if (typeof chunk === 'string') return false;
    bytes.push(...chunk.subarray(0, 2));
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
