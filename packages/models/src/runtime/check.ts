import { kindOf } from '@kernel-methods/check';

/** @throws RangeError that names the argument, the rule and the value, unless the rule holds. */
export function check(holds: boolean, name: string, rule: string, value: unknown): void {
  if (holds) return;
  const shown = typeof value === 'object' ? kindOf(value) : String(value);
  throw new RangeError(`\`${name}\` ${rule}. Received: ${shown}.`);
}
