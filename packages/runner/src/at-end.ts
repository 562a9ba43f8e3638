import { constants } from 'node:os';
import { endsInOrder } from './interrupt.ts';

/**
 * SIGINT is not among them: the first one ends the program in order, the second by calling `exit`.
 */
const signals = ['SIGTERM', 'SIGHUP'] as const;
const actions = new Set<() => void>();

/**
 * Runs the action when this process ends by an exit or by a signal that can be caught. The action
 * must be synchronous. Returns a function that cancels it.
 */
export function atEnd(action: () => void): () => void {
  if (actions.size === 0) {
    process.on('exit', runAll);
    for (const signal of signals) process.on(signal, leave);
  }
  actions.add(action);
  return () => {
    if (!actions.delete(action) || actions.size > 0) return;
    process.off('exit', runAll);
    for (const signal of signals) process.off(signal, leave);
  };
}

function runAll(): void {
  for (const action of actions) {
    try {
      action();
    } catch {
      // The process ends anyway, and the other actions still run.
    }
  }
}

/** Exits with the code that a shell reports for a process that the signal ended. */
function leave(signal: NodeJS.Signals): void {
  if (endsInOrder(signal)) return;
  process.exit(128 + constants.signals[signal]);
}
