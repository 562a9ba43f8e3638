import type { Readable } from 'node:stream';

/**
 * Longer lines are cut, so that a process cannot fill the memory by printing. Reports are far
 * shorter.
 */
const longest = 1 << 25;

/**
 * Calls `onLine` with each line of the stream as it arrives, also with a last line that has no line
 * end.
 */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let pieces: string[] = [];
  let length = 0;
  const keep = (piece: string) => {
    if (length < longest) pieces.push(piece.slice(0, longest - length));
    length += piece.length;
  };
  const flush = () => {
    const line = pieces.join('');
    pieces = [];
    length = 0;
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
  stream.setEncoding('utf8').on('data', (text: string) => {
    const parts = text.split('\n');
    for (const [i, part] of parts.entries()) {
      if (i > 0) flush();
      keep(part);
    }
  });
  stream.on('end', () => {
    if (length > 0) flush();
  });
}
