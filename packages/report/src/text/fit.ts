/**
 * Shortens a name, parts separated by commas, to at most `width` characters. The longest words are
 * cut, so that every part is still recognizable; numbers are kept.
 */
export function shorten(name: string, width: number): string {
  if (name.length > longest) return cut(name, width);
  const parts = name.split(', ').map((whole) => ({ whole, length: whole.length }));
  const shown = () =>
    parts
      .map(({ whole, length }) =>
        length < whole.length ? `${whole.slice(0, length - 1)}…` : whole,
      )
      .join(', ');
  const words = parts.filter(({ whole }) => !/\d/.test(whole));
  while (shown().length > width) {
    const longest = words.toSorted((a, b) => b.length - a.length)[0];
    if (longest === undefined || longest.length <= 3) return cut(name, width);
    longest.length -= 1;
  }
  return shown();
}

/** Names of real variants are shorter, and cutting longer ones word by word takes long. */
const longest = 1000;

/** Shortens text to at most `width` characters by leaving out the middle. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  if (width < 2) return '…'.slice(0, Math.max(0, width));
  const head = Math.ceil((width - 1) / 2);
  const tail = width - 1 - head;
  return [...characters.slice(0, head), '…', ...characters.slice(characters.length - tail)].join(
    '',
  );
}

/**
 * Breaks text into lines of whole words, at most `width` characters each and `most` in total. No
 * line ends at a no-break space.
 */
export function wrap(text: string, width: number, most = 240): string[] {
  const plain = text.replace(/[^\S\u00a0]+/g, ' ').trim();
  const short = plain.length > most ? `${plain.slice(0, most - 1).trimEnd()}…` : plain;
  const lines: string[] = [];
  for (const long of short.split(' ')) {
    const word = cut(long, width);
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}
