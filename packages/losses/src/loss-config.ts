import * as check from '@kernel-methods/check';
import type { Loss, LossConfig } from './loss.ts';

/** @throws RangeError if the loss has no such parameter. */
export function checkConfig({ name, config }: Loss, given: LossConfig): void {
  const unknown = check.unknownKey(given, Object.keys(config));
  if (unknown === undefined) return;
  const known = Object.keys(config).join(', ') || 'nothing';
  const hint = check.didYouMean(unknown, Object.keys(config));
  throw new RangeError(
    `\`config\` of ${name} must hold ${known}. Received: ${check.shown(unknown, '')}.${hint && ` ${hint}`}`,
  );
}
