import { type Connection, connect, requireRedis } from './connect.ts';

/**
 * Connects, and closes the connection: for programs that work for a while before they call
 * `distributedFit`, and want to know first.
 *
 * @throws Error that names host and port if no Redis answers there, or refuses the password.
 *
 * @example
 * const url = 'redis://localhost:6379';
 * const isThere = await checkConnection(url).then(() => true, () => false);
 */
export async function checkConnection(connection: Connection): Promise<void> {
  const redis = connect(connection);
  try {
    await requireRedis(redis);
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
