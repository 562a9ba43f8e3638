/**
 * The result of the promise, unless the signal is aborted before; then the outcome of the promise
 * is ignored.
 *
 * @throws the signal's reason when aborted, immediately if it is aborted already.
 */
export async function abortable<T>(promise: T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const work = Promise.resolve(promise);
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    // The abort comes first, so that it wins if both have happened.
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
