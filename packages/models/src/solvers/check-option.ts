/** @throws RangeError that names the option, the rule and the value. */
export function checkPositive(name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new RangeError(`\`${name}\` must be a positive finite number. Received: ${value}.`);
  }
}
