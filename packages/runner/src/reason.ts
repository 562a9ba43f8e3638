import { stripVTControlCharacters } from 'node:util';

const longest = 300;

/** How a process ended that left no report, in words for people. */
export function reasonOf(end: {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What is wrong with the message that would have been the report. */
  readonly broken: string | null;
  /** The last words of the process. */
  readonly last: string | null;
}): string {
  const said = end.last === null ? '' : `: ${end.last}`;
  // 137: the same, told by a shell.
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

/** Keeps of a stream of lines the one that tells most of a failure: the last that is no noise. */
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

/** Windows tells a crash by a large code, which is known by its hexadecimal form. */
const codeText = (code: number | null) =>
  code !== null && code > 255 ? `0x${code.toString(16).toUpperCase()}` : `${code}`;
