import { stripVTControlCharacters } from 'node:util';

const longest = 300;

/** Says in words how a process ended that left no report. */
export function reasonOf(end: {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What is wrong with the message that should have been the report. */
  readonly broken: string | null;
  /** The last words of the process. */
  readonly last: string | null;
}): string {
  const said = end.last === null ? '' : `: ${end.last}`;
  // A shell reports the same as exit code 137.
  if (end.signal === 'SIGKILL' || end.code === 137) {
    return 'killed (SIGKILL), as the system does when memory runs out';
  }
  if (end.signal !== null) return `ended by ${end.signal}${said}`;
  if (end.code !== 0) return `exit code ${codeText(end.code)}${said}`;
  if (end.broken !== null) return cut(`ended with a report ${end.broken}`);
  return `ended without a report${said}`;
}

/** Why a process did not start. */
export function startReason(error: NodeJS.ErrnoException, file: string): string {
  if (error.code === 'ENOENT') return `${file} was not found`;
  if (error.code === 'EACCES') return `${file} may not be run`;
  return `${file} did not start: ${error.message}`;
}

/** Keeps the line that says most about a failure: the last one that is not noise. */
export function createLastWords(): { add(line: string): void; read(): string | null } {
  let last: string | null = null;
  let noise: string | null = null;
  return {
    add(line) {
      const text = stripVTControlCharacters(line.slice(0, 10 * longest)).trimEnd();
      if (text === '') return;
      if (isNoise(text)) noise = cut(text.trim());
      else last = cut(text);
    },
    read: () => last ?? noise,
  };
}

/** Frames of a stack and properties of an error are indented; the rest is what Node and V8 add. */
const isNoise = (text: string) => /^(\s|\}$|\]$|\^+$|Node\.js v\d|-{3,}|\d+: 0x)/.test(text);

const cut = (text: string) => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** Windows reports a crash by a large code, which is known in hexadecimal. */
const codeText = (code: number | null) =>
  code !== null && code > 255 ? `0x${code.toString(16).toUpperCase()}` : `${code}`;
