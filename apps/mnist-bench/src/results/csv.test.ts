import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toCsv } from './csv.ts';
import { fakeComparison, fakeRun } from './fake-runs.ts';

/** RFC 4180, read character by character. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (quoted) {
      if (text[i] !== '"') field += text[i];
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (text[i] === '"') quoted = true;
    else if (text[i] === ',') {
      row.push(field);
      field = '';
    } else if (text.startsWith('\r\n', i)) {
      rows.push([...row, field]);
      row = [];
      field = '';
      i++;
    } else field += text[i];
  }
  expect([row, field, quoted]).toEqual([[], '', false]);
  return rows;
}

it('writes a row a run', () => {
  const [names, ...rows] = read(
    toCsv(
      fakeComparison([
        fakeRun({ seed: 1, repeat: 2, accuracy: 0.9712, processSeconds: 12.5 }),
        fakeRun({ status: 'timeout', reason: 'longer than "5 s",\nended' }),
        fakeRun({ system: 'keras', variant: 'Keras', config: { epochs: 3, jit: true, l1: null } }),
      ]),
    ),
  );
  const records = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
  expect(rows.every((row) => row.length === names.length)).toBe(true);
  expect(names.slice(0, 5)).toEqual(['variant', 'system', 'seed', 'repeat', 'status']);
  expect(records[0]).toMatchObject({
    variant: 'gaussian, hinge',
    system: 'kernel-methods',
    seed: '1',
    repeat: '2',
    status: 'done',
    reason: '',
    testAccuracy: '0.9712',
    processSeconds: '12.5',
    'seconds.train': '8.5',
    'seconds.save': '',
    peakMemory: '1000000000',
    dataset: 'mnist',
    'rows.test': '10000',
    'config.outputDim': '4096',
    'config.jit': '',
  });
  expect(records[1]).toMatchObject({
    status: 'timeout',
    reason: 'longer than "5 s",\nended',
    testAccuracy: '',
  });
  expect(records[2]).toMatchObject({
    'config.epochs': '3',
    'config.jit': 'true',
    'config.l1': '',
    'config.kernel': '',
  });
});

it('gives every text back', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[",\r\n a]*$/), (variant, reason) => {
      const run = fakeRun({ variant, reason, status: 'failed', config: { [variant]: reason } });
      const [names, row] = read(toCsv(fakeComparison([run])));
      expect(row[0]).toBe(harmless(variant));
      expect(row[5]).toBe(harmless(reason));
      expect([names.at(-1), row.at(-1)]).toEqual([`config.${variant}`, harmless(reason)]);
    }),
  );
});

/** An apostrophe goes before what a spreadsheet would calculate. */
function harmless(text: string): string {
  const first = text.trimStart().at(0) ?? '';
  return '=+-@'.includes(first) && first !== ''
    ? `'${text}`
    : /^[\t\r\n]/.test(text)
      ? `'${text}`
      : text;
}

it('makes no formula of a name, and leaves numbers as they are', () => {
  const run = fakeRun({ variant: '=1+1', config: { rate: -0.5, word: '-x', at: '@SUM(A1)' } });
  const [names, row] = read(toCsv(fakeComparison([run])));
  expect(row[0]).toBe("'=1+1");
  expect(names.slice(-3)).toEqual(['config.rate', 'config.word', 'config.at']);
  expect(row.slice(-3)).toEqual(['-0.5', "'-x", "'@SUM(A1)"]);
});

it.each(['a\rb', 'a\nb', 'a,b', 'a"b', ' a', 'a '])('quotes %j', (reason) => {
  const text = toCsv(fakeComparison([fakeRun({ reason, status: 'failed' })]));
  expect(text).toContain(`,"${reason.replace('"', '""')}",`);
});

it('of no run has the names alone', () => {
  expect(read(toCsv(fakeComparison([])))).toHaveLength(1);
});
