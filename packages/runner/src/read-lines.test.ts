import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLines } from './read-lines.ts';

async function linesOf(bytes: Buffer, cuts: readonly number[]): Promise<string[]> {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
  const chunks = at.map((from, i) => bytes.subarray(from, at[i + 1] ?? bytes.length));
  const lines: string[] = [];
  const stream = Readable.from(chunks, { objectMode: false });
  readLines(stream, (line) => lines.push(line));
  await new Promise((resolve) => stream.on('end', resolve));
  return lines;
}

it('finds the lines however they come', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ä', '𝄞', '\n') });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(), { maxLength: 5 }), async (text, cuts) => {
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      expect(await linesOf(Buffer.from(text), cuts)).toEqual(lines);
    }),
  );
});

it('takes the line ends of Windows', async () => {
  expect(await linesOf(Buffer.from('a\r\nb\r\n'), [])).toEqual(['a', 'b']);
});

it('cuts a line that never ends', async () => {
  const lines = await linesOf(Buffer.alloc(40_000_000, 'x'), [35e6, 38e6]);
  expect(lines.map(({ length }) => length)).toEqual([1 << 25]);
});
