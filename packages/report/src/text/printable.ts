/**
 * Text that is safe to print in a terminal: control characters and characters that change the
 * direction of text become visible symbols, white space becomes a space, and half of a surrogate
 * pair becomes �.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\r\u2028\u2029]/g, ' ')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, visible)
    .replace(/\p{Surrogate}/gu, '�');
}

/** ␛ for escape, ␀ for NUL, � for characters without a symbol. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}

/** Replaces characters that XML 1.0 does not allow, and that HTML discourages, by �. */
export function xmlSafe(text: string): string {
  return text.replace(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, (character) =>
    /[\t\n\r\u0080-\u009f]/.test(character) ? character : '�',
  );
}
