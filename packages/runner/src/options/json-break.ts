/** Deeper than anything that we read: beyond some thousands a reader that recurs has no stack left. */
const mostLevels = 100;

/**
 * Whether a text opens more brackets, one in the other, than any file of ours. What is in strings
 * does not count.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\[\s\S])*"?|[[\]{}]/g)) {
    if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    if (depth > mostLevels) return true;
  }
  return false;
}

/** What `isTooDeep` finds, as a rule. */
export const deepRule = `JSON of at most ${mostLevels} levels`;

/** Line and column, from 1, at which a text stops being JSON; undefined where it is JSON. */
export function jsonBreak(text: string): Place | undefined {
  const at = new Reader(text).read();
  return at === undefined ? undefined : placeOf(at, text);
}

/** The first name in JSON that its object has had before, of which JSON.parse would take the last. */
export function repeatedName(text: string): (Place & { name: string }) | undefined {
  const reader = new Reader(text);
  reader.read();
  const { repeated } = reader;
  return repeated && { name: repeated.name, ...placeOf(repeated.at, text) };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function placeOf(at: number, text: string): Place {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

const space = /[ \t\n\r]*/y;
// Everything below a space has to be escaped in a string.
const string = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** RFC 8259. JSON.parse tells the place of some mistakes, and of others a piece of the text alone. */
class Reader {
  readonly #text: string;
  #at = 0;
  repeated: { readonly name: string; readonly at: number } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): number | undefined {
    return this.#value() && this.#at === this.#text.length ? undefined : this.#at;
  }

  #value(): boolean {
    this.#take(space);
    const held = this.#has('{')
      ? this.#members()
      : this.#has('[')
        ? this.#list(']', () => this.#value())
        : this.#take(string) || this.#take(scalar);
    return held && this.#take(space);
  }

  #members(): boolean {
    const names = new Set<string>();
    return this.#list('}', () => {
      const at = this.#at;
      if (!this.#take(string)) return false;
      const name = JSON.parse(this.#text.slice(at, this.#at));
      if (names.has(name)) this.repeated ??= { name, at };
      names.add(name);
      return this.#after(':') && this.#value();
    });
  }

  #list(end: string, item: () => boolean): boolean {
    this.#take(space);
    if (this.#has(end)) return true;
    do {
      this.#take(space);
      if (!item()) return false;
    } while (this.#has(','));
    return this.#has(end);
  }

  #after(sign: string): boolean {
    this.#take(space);
    return this.#has(sign);
  }

  #has(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #take(token: RegExp): boolean {
    token.lastIndex = this.#at;
    if (!token.test(this.#text)) return false;
    this.#at = token.lastIndex;
    return true;
  }
}
