/** How a text is made comparable before it is taken apart. */
export interface TextForm {
  /** Unicode's normal form. NFKC also makes one of ﬁ and fi, Ａ and A. */
  readonly normalize: 'NFC' | 'NFKC' | false;
  /** Lower case by Unicode's own rules, whatever the locale. */
  readonly lowercase: boolean;
}

const isAscii = /^\p{ASCII}*$/u;

export function formText(text: string, { normalize, lowercase }: TextForm): string {
  const formed = normalize && !isAscii.test(text) ? text.normalize(normalize) : text;
  return lowercase ? formed.toLowerCase() : formed;
}

/** Which runs of words or characters are counted. */
export interface Analyzer {
  readonly of: 'words' | 'characters';
  /** The shortest and the longest run. */
  readonly lengths: readonly [shortest: number, longest: number];
}

/**
 * Runs of words: two or more letters, marks, digits or underscores in a row are a word, as in
 * scikit-learn's default `token_pattern`.
 */
export function wordRuns(text: string, [shortest, longest]: Analyzer['lengths']): string[] {
  const words = text.match(/[\p{L}\p{M}\p{N}_]{2,}/gu) ?? [];
  if (longest === 1) return words;
  const runs: string[] = shortest === 1 ? [...words] : [];
  for (let length = Math.max(2, shortest); length <= Math.min(longest, words.length); length++) {
    for (let i = 0; i + length <= words.length; i++)
      runs.push(words.slice(i, i + length).join(' '));
  }
  return runs;
}

/**
 * Runs of characters inside words with a space on either side, as scikit-learn's `char_wb`: words
 * end at white space, and one that is shorter than a run counts once, whole.
 */
export function characterRuns(text: string, [shortest, longest]: Analyzer['lengths']): string[] {
  const runs: string[] = [];
  for (const part of text.split(/\s+/)) {
    if (part === '') continue;
    const word = ` ${part} `;
    // Characters beyond 16 bits are two units of a string, and one character.
    const units: string | string[] = /[\ud800-\udfff]/.test(word) ? Array.from(word) : word;
    const cut = (start: number, end: number) =>
      typeof units === 'string' ? units.slice(start, end) : units.slice(start, end).join('');
    for (let length = shortest; length <= longest; length++) {
      runs.push(cut(0, length));
      if (units.length <= length) break;
      for (let i = 1; i + length <= units.length; i++) runs.push(cut(i, i + length));
    }
  }
  return runs;
}

export const analyze = (text: string, { of, lengths }: Analyzer): string[] =>
  of === 'words' ? wordRuns(text, lengths) : characterRuns(text, lengths);
