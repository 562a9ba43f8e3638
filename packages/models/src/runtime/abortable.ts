/**
 * What the promise gives, unless the signal is aborted before; then the promise is left alone, and
 * what becomes of it is ignored.
 *
 * @throws the signal's reason when aborted, at once where it is aborted already.
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
    // The abort goes first, so that it holds where both have happened.
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
