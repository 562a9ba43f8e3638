import { constants } from 'node:os';

/** A signal that is repeated this soon is the same key press, passed on again by a launcher. */
const samePressMs = 250;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code of a program that ended because of it, as a shell reports it. */
  readonly exitCode: number;
  dispose(): void;
}

export interface InterruptOptions {
  /** Whether SIGTERM, too, ends the program in order. Default: it ends at once. */
  readonly term?: boolean;
  readonly host?: Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;
  readonly now?: () => number;
}

type Signal = 'SIGINT' | 'SIGTERM';

/** Signals after which programs end in order, with the number of those who see to it. */
const heard = new Map<NodeJS.Signals, number>();

/** Whether somebody ends this program in order after the signal. */
export const endsInOrder = (signal: NodeJS.Signals): boolean => (heard.get(signal) ?? 0) > 0;

/**
 * The first Ctrl-C aborts the signal, so that the run can end in order; the second ends the
 * program at once with exit code 130. With `term` so does SIGTERM, with 143.
 */
export function onInterrupt(
  told: () => void,
  { term = false, host = process, now = () => performance.now() }: InterruptOptions = {},
): Interrupt {
  const controller = new AbortController();
  const signals: readonly Signal[] = term ? ['SIGINT', 'SIGTERM'] : ['SIGINT'];
  let [first, exitCode] = [0, codeOf('SIGINT')];
  const listener = (name: Signal) => {
    if (!controller.signal.aborted) {
      first = now();
      exitCode = codeOf(name);
      told();
      controller.abort();
    } else if (now() - first > samePressMs) {
      host.exit(codeOf(name));
    }
  };
  const listeners = signals.map((name) => [name, () => listener(name)] as const);
  const count = (name: Signal, more: number) => heard.set(name, (heard.get(name) ?? 0) + more);
  for (const [name, own] of listeners) {
    host.on(name, own);
    count(name, 1);
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose() {
      for (const [name, own] of listeners.splice(0)) {
        host.off(name, own);
        count(name, -1);
      }
    },
  };
}

const codeOf = (name: Signal) => 128 + constants.signals[name];
