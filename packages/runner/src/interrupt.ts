import { constants } from 'node:os';

/** A signal that is repeated this soon is the same key press, passed on again by a launcher. */
const samePressMs = 250;

export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

interface InterruptOptions {
  /** What asks for the end: Ctrl-C, if nothing else is said. */
  readonly signals?: readonly ('SIGINT' | 'SIGTERM')[];
  readonly host?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;
  readonly now?: () => number;
}

/**
 * The first Ctrl-C aborts the signal, so that the run can end in order; the second ends the
 * program at once, with the exit code that shells know it by: 130, or 143 for SIGTERM.
 */
export function onInterrupt(
  told: () => void,
  { signals = ['SIGINT'], host = process, now = () => performance.now() }: InterruptOptions = {},
): Interrupt {
  const controller = new AbortController();
  let first = 0;
  const listener = (name: (typeof signals)[number]) => {
    if (!controller.signal.aborted) {
      first = now();
      told();
      controller.abort();
    } else if (now() - first > samePressMs) {
      host.exit(128 + constants.signals[name]);
    }
  };
  for (const name of signals) host.on(name, listener);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of signals) host.off(name, listener);
    },
  };
}
