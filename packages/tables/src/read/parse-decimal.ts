const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const largestExact = 2 ** 53;

/**
 * A decimal number from its ASCII bytes, correctly rounded; NaN if they are none: digits with at
 * most one point, a sign, an exponent. The product or quotient of an exact integer and an exact
 * power of ten is rounded once (Clinger 1990); what has more digits goes through `Number`.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const sign = bytes[i];
  if (i < end && (sign === 45 || sign === 43)) i++;
  let mantissa = 0;
  let digits = 0;
  let exact = true;
  let c = 0;
  for (; i < end; i++) {
    c = bytes[i] - 48;
    if (c < 0 || c > 9) break;
    mantissa = mantissa * 10 + c;
    digits++;
  }
  let exponent = 0;
  if (i < end && bytes[i] === 46) {
    i++;
    const from = i;
    for (; i < end; i++) {
      c = bytes[i] - 48;
      if (c < 0 || c > 9) break;
      mantissa = mantissa * 10 + c;
    }
    exponent = from - i;
    digits += i - from;
  }
  if (digits === 0) return Number.NaN;
  if (i < end && (bytes[i] | 32) === 101) {
    i++;
    const minus = bytes[i] === 45;
    if (i < end && (minus || bytes[i] === 43)) i++;
    const from = i;
    let power = 0;
    for (; i < end; i++) {
      c = bytes[i] - 48;
      if (c < 0 || c > 9) break;
      // No more matters: it is 0 or infinite by then, if the digits are not as many.
      if (power < 100_000) power = power * 10 + c;
    }
    if (i === from) return Number.NaN;
    exponent += minus ? -power : power;
  }
  if (i !== end) return Number.NaN;
  if (mantissa > largestExact || exponent < -22 || exponent > 22) exact = false;
  if (!exact) return Number(ascii(bytes, start, end));
  const value =
    exponent === 0
      ? mantissa
      : exponent < 0
        ? mantissa / powers[-exponent]
        : mantissa * powers[exponent];
  return sign === 45 ? -value : value;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
