/**
 * Does a part of some work; its error says which part: "In batch 2: …". The error is still the same
 * object, and the reason of an aborted signal is not changed.
 */
export async function inPlace<T>(
  place: string,
  work: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal?.aborted ? error : placed(error, place);
  }
}

/** The error, with the place in its message, once. */
export function placed<E>(error: E, place: string): E {
  if (!(error instanceof Error)) return error;
  const { message, stack } = error;
  if (message.includes(place.replaceAll('`', ''))) return error;
  error.message = `In ${place}: ${message}`;
  // The stack repeats the message, and it is what consoles print.
  if (stack?.includes(message)) error.stack = stack.replace(message, () => error.message);
  return error;
}
