/**
 * Text that a terminal shows as it is: control characters, and those that turn the direction of
 * writing, become visible signs; white space becomes a space; half of a surrogate pair becomes �.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\r\u2028\u2029]/g, ' ')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, visible)
    .replace(/\p{Surrogate}/gu, '�');
}

/** ␛ for the escape, ␀ for NUL; � for those that have no picture. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}

/** Text without what XML 1.0 does not know, which HTML does not like either: � stands for it. */
export function xmlSafe(text: string): string {
  return text.replace(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, (character) =>
    /[\t\n\r\u0080-\u009f]/.test(character) ? character : '�',
  );
}
