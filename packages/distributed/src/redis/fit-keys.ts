import { rangeError, shown } from '@kernel-methods/check';

/** All keys of this package, and of its queues of BullMQ, begin with this. */
export const ROOT = 'kernel-methods';

/** The name of the queue where workers wait for fits. */
export const DEFAULT_QUEUE = 'fits';

/** How long a worker may be silent before its work is given to others. */
export const DEFAULT_LEASE = 30_000;

/** How long a fit waits for its coordinator. */
export const DEFAULT_GRACE = 600_000;

/** What the keys of a fit begin with. The braces put them on one node of a cluster. */
export const fitPrefix = (name: string): string => `${ROOT}:{${name}}:`;

export const queuePrefix = (queue: string): string => `${ROOT}:${queue}:`;

/** @throws RangeError unless it can be part of a key. */
export function checkName(argument: string, name: unknown): void {
  if (typeof name === 'string' && /^[A-Za-z0-9._-]{1,100}$/.test(name)) return;
  throw rangeError(
    argument,
    'be 1 to 100 letters, digits, dots, dashes or underscores',
    shown(name),
  );
}
