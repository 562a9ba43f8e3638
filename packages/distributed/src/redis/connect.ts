import { Redis, type RedisOptions } from 'ioredis';

/** A URL, `redis://` or with TLS `rediss://`, or options of ioredis: host, port, password, tls and more. */
export type Connection = string | RedisOptions;

/**
 * A client that comes back after every lost connection, and sends again what was not answered. The
 * commands of this package may all be sent twice.
 */
export function connect(connection: Connection): Redis {
  const settings: RedisOptions = {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(1000, 50 * times),
    lazyConnect: true,
  };
  const redis =
    typeof connection === 'string'
      ? new Redis(connection, settings)
      : new Redis({ ...connection, ...settings });
  // Without a listener an error ends the process; the client connects again by itself.
  redis.on('error', () => {});
  return redis;
}

/** @throws Error if nothing answers there. */
export async function requireRedis(redis: Redis): Promise<void> {
  if (redis.status !== 'wait') return;
  let last: Error | undefined;
  const note = (error: Error) => {
    last = error;
  };
  redis.on('error', note);
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    const { host, port } = redis.options;
    const why = (last ?? (cause as Error)).message;
    throw new Error(`No Redis answers at ${host}:${port}: ${why}`, { cause });
  } finally {
    redis.off('error', note);
  }
}
