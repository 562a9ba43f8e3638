import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOutput } from '../terminal/output.ts';
import { escapeMarkdown } from './markdown.ts';
import { printable, xmlSafe } from './printable.ts';

const any = fc.string({ unit: 'binary' });
const controls = /[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u;

it.each([
  ['plain märz 一', 'plain märz 一'],
  ['\x1b]0;title\x07', '␛]0;title␇'],
  ['a\tb\r\nc', 'a b  c'],
  ['\x00\x7f\x9b', '␀␡�'],
  ['\u202eabc\ud800', '�abc�'],
])('shows %j as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('leaves nothing that a terminal or XML would act on', () => {
  fc.assert(
    fc.property(any, (text) => {
      expect(printable(text)).not.toMatch(controls);
      expect(escapeMarkdown(text)).not.toMatch(controls);
      // C1 is allowed in XML 1.0, as are the three that separate words and lines.
      const left = xmlSafe(text).replaceAll(/[\t\n\r\u0080-\u009f]/g, '');
      expect(left).not.toMatch(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/u);
      expect(printable(printable(text))).toBe(printable(text));
    }),
  );
});

it('escapes what starts something in Markdown', () => {
  expect(escapeMarkdown('a|b *c* <d> [e](f) `g` &amp; \\')).toBe(
    'a\\|b \\*c\\* \\<d\\> \\[e\\](f) \\`g\\` \\&amp; \\\\',
  );
});

it('of lines from files only our own styles reach the terminal', () => {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const stream = { isTTY: true, columns: 80, write };
  const output = createOutput(stream, stream, {});
  const evil = 'name\x1b[31m\x1b]0;title\x07\x1b[2J';
  output.line(output.bold(evil));
  output.note(evil);
  output.bar(() => evil, true);
  const own = ['\x1b[1m', '\x1b[22m', '\x1b[K', '\r', '\n'];
  const rest = own.reduce((text, one) => text.replaceAll(one, ''), written);
  expect(rest).not.toMatch(/\p{Cc}/u);
  expect(written).toContain('\x1b[1mname␛[31m␛]0;title␇␛[2J\x1b[22m\n');
});
