import type { Redis } from 'ioredis';
import type { Run } from './scripts.ts';

/** Large values go in chunks: Redis serves others between two of them. */
const CHUNK = 2 ** 22;

/** The bytes of a fit, in chunks. */
export class Store {
  readonly #redis: Redis;
  readonly #run: Run;
  readonly #prefix: string;
  /** Bytes sent and received, for the record. */
  readonly travelled = { sent: 0, received: 0 };

  constructor(redis: Redis, run: Run, prefix: string) {
    this.#redis = redis;
    this.#run = run;
    this.#prefix = prefix;
  }

  /** Sends bytes; the number of fields that they take. Without the fit nothing is kept. */
  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    let count = 0;
    for (let at = 0; at < bytes.length || count === 0; at += CHUNK) {
      signal?.throwIfAborted();
      await this.#run('putChunk', this.#prefix, key, count++, bytes.subarray(at, at + CHUNK));
    }
    // The number comes last: without it the value is not whole.
    await this.#run('putChunk', this.#prefix, key, 'count', count);
    this.travelled.sent += bytes.length;
    return count + 1;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const name = this.#name(key);
    const count = await this.#redis.hget(name, 'count');
    if (count === null) return undefined;
    const chunks: Buffer[] = [];
    for (let i = 0; i < Number(count); i++) {
      const chunk = await this.#redis.hgetBuffer(name, String(i));
      if (chunk === null) return undefined;
      chunks.push(chunk);
    }
    const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.travelled.received += bytes.length;
    return bytes;
  }

  async delete(...keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#redis.unlink(...keys.map((key) => this.#name(key)));
  }

  #name(key: string): string {
    return `${this.#prefix}bytes:${key}`;
  }
}
