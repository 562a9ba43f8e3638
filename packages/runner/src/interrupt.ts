/** A signal that is repeated this soon is the same key press, passed on again by a launcher. */
const samePressMs = 250;

export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

/**
 * The first Ctrl-C aborts the signal, so that the run can end in order; the second ends the
 * program at once with exit code 130.
 */
export function onInterrupt(
  told: () => void,
  host: Pick<NodeJS.Process, 'on' | 'off' | 'exit'> = process,
  now: () => number = () => performance.now(),
): Interrupt {
  const controller = new AbortController();
  let first = 0;
  const listener = () => {
    if (!controller.signal.aborted) {
      first = now();
      told();
      controller.abort();
    } else if (now() - first > samePressMs) {
      host.exit(130);
    }
  };
  host.on('SIGINT', listener);
  return { signal: controller.signal, dispose: () => host.off('SIGINT', listener) };
}
