import type { Platform } from './platform.ts';

/** Browsers: paths are URLs. `DecompressionStream` refuses a second member there. */
export const platform: Platform = {
  async *gunzip(chunks) {
    const { Gunzip } = await import('fflate');
    const ready: Uint8Array[] = [];
    let ended = false;
    const unpacker = new Gunzip((chunk, final) => {
      if (chunk.length) ready.push(chunk);
      ended = final;
    });
    for await (const chunk of chunks) {
      unpacker.push(chunk);
      yield* ready.splice(0);
    }
    unpacker.push(new Uint8Array(0), true);
    yield* ready.splice(0);
    if (!ended) throw new Error('the end is missing');
  },
};
