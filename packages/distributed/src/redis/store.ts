import type { Redis } from 'ioredis';
import type { Run } from './scripts.ts';

/** Large values go in chunks: Redis serves others between two of them. */
const CHUNK = 2 ** 22;

/**
 * Milliseconds after which Redis forgets a chunk whose value never became whole, because its sender died
 * when the fit was over.
 */
const TIME_TO_LIVE = 3_600_000;

/** How many times a value is sent if chunks vanish before it is complete. */
const MOST_TRIES = 5;

/**
 * The bytes of a fit, in chunks. These are plain values, which Redis takes without copying them, as it
 * would the arguments of a script; only when all are there a script makes them one value.
 */
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

  /** Sends bytes. Without the fit nothing is kept. */
  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK));
    // A value that is there already, as when a coordinator comes back, would lose its chunks to time.
    await this.#run('forgetBytes', this.#prefix, key, 0);
    for (let tries = 1; ; tries++) {
      let sent = 0;
      try {
        for (; sent < chunks; sent++) {
          signal?.throwIfAborted();
          const { buffer, byteOffset, length } = bytes.subarray(sent * CHUNK, (sent + 1) * CHUNK);
          const chunk = Buffer.from(buffer, byteOffset, length);
          await this.#redis.set(`${this.#name(key)}:${sent}`, chunk, 'PX', TIME_TO_LIVE);
        }
      } catch (error) {
        // Also the one that was on its way. If even this fails, Redis forgets them in time.
        await this.#run('forgetBytes', this.#prefix, key, sent + 1).catch(() => {});
        throw error;
      }
      // A Redis that was restarted may have lost a chunk.
      const state = await this.#run('keepBytes', this.#prefix, key, chunks, bytes.length);
      if (state !== 0) break;
      if (tries === MOST_TRIES) {
        throw new Error(
          `Redis must keep what it is sent until it is whole. Received: ${MOST_TRIES} times chunks that were gone; its memory may be full.`,
        );
      }
    }
    this.travelled.sent += bytes.length;
  }

  /** The bytes, in a buffer of their own. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const known = await this.#redis.get(this.#name(key));
    if (known === null) return undefined;
    const [chunks, length] = known.split(' ').map(Number);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < chunks; i++) {
      const chunk = await this.#redis.getBuffer(`${this.#name(key)}:${i}`);
      if (chunk === null) return undefined;
      bytes.set(chunk, i * CHUNK);
    }
    this.travelled.received += length;
    return bytes;
  }

  async delete(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#run('forgetBytes', this.#prefix, key, 0);
  }

  #name(key: string): string {
    return `${this.#prefix}bytes:${key}`;
  }
}
