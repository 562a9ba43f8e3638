import type { Platform } from './platform.ts';

/** Not imported: so bundlers, import maps and browsers need not know that there is such a module. */
const builtin = globalThis.process?.getBuiltinModule;
const fs = builtin?.('node:fs/promises');
const stream = builtin?.('node:stream');
const zlib = builtin?.('node:zlib');

/** Node, Bun and Deno; not browsers, nor pages that have some stand-in for `process`. */
export const isNode =
  builtin !== undefined && typeof globalThis.process.versions?.node === 'string';

const chunkSize = 1 << 20;

/** Node: paths are files. */
export const platform: Platform = {
  async open(path) {
    const handle = await fs.open(path);
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      await handle.close();
      throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    }
    return {
      size: stat.isFile() ? stat.size : undefined,
      async *chunks() {
        for (;;) {
          // A buffer of its own for each: whoever gets one may keep it.
          const buffer = new Uint8Array(chunkSize);
          const { bytesRead } = await handle.read(buffer, 0, chunkSize, null);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      },
      async slice(start, end) {
        const bytes = new Uint8Array(end - start);
        for (let at = 0; at < bytes.length; ) {
          const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
          if (bytesRead === 0) return bytes.slice(0, at);
          at += bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  },
  async *gunzip(chunks) {
    const packed = stream.Readable.from(chunks, { objectMode: false });
    const unpacked = zlib.createGunzip({ chunkSize });
    // `pipe` passes no error on, and a stream that nobody listens to would end the process.
    packed.on('error', (error) => unpacked.destroy(error));
    packed.pipe(unpacked);
    try {
      yield* unpacked;
    } finally {
      packed.destroy();
      unpacked.destroy();
    }
  },
};
