import type { Option } from '@kernel-methods/runner/options';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { axisOptions } from '../matrix/axes.ts';
import { options } from '../options/options.ts';
import { ratioLines, ratioMarkdown } from '../peers/ratios.ts';
import type { Comparison } from '../records/comparison.ts';
import { readRecord } from '../records/read-record.ts';
import type { RunRecord } from '../records/run-record.ts';
import { toCsv } from '../results/csv.ts';
import { fakeRun } from '../results/fake-runs.ts';
import { toMarkdown } from '../results/markdown.ts';
import { createComparison } from '../results/summarize.ts';
import { tableLines } from '../results/table.ts';
import { nestingFaults } from './fixtures/nesting.ts';
import { xmlFaults } from './fixtures/xml-faults.ts';
import { frontSvg } from './front.ts';
import { htmlReport } from './html-report.ts';

// Records come from files: whatever `readRecord` takes must be told and drawn, in time and whole.

const odd = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '<script>alert(1)</script>"\'&',
  'a\u0000b\u001b[31mred\u001b]0;title\u0007',
  'half \ud800 of a pair',
  '\u00a0\u202eturned\uffff',
  '=1+1',
  'x'.repeat(3000),
];
const text = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'binary', maxLength: 12 }));
const whole = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom(0, 2 ** 53 - 1));
const amount = fc.oneof(
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.constantFrom(0, 5e-324, 1e-9, 1e20, 1e308, Number.MAX_VALUE),
);
const finite = fc.oneof(amount, fc.constantFrom(-1, -1e308));
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
const scalar = fc.oneof(text, finite, fc.boolean(), fc.constant(null));
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const table: Readonly<Record<string, Option<unknown>>> = options;
const known = fc.record(
  Object.fromEntries(
    ['kernel', 'map', 'loss', 'solver', 'outputDim', 'rows', 'scale'].map((name) => [
      name,
      table[name].rule.names
        ? fc.constantFrom(...table[name].rule.names)
        : fc.constantFrom(2, 64, 1024),
    ]),
  ),
  { requiredKeys: [] },
);
const config = fc
  .tuple(
    known,
    fc.dictionary(fc.oneof(fc.constantFrom(...Object.values(axisOptions)), text), scalar, {
      maxKeys: 3,
    }),
  )
  .map(([a, b]) => ({ ...a, ...b }));

const epoch = fc.record({
  epoch: whole,
  loss: finite,
  accuracy: orNull(share),
  valLoss: orNull(finite),
  valAccuracy: orNull(share),
  seconds: amount,
});
const pixels = fc.constantFrom('', 'no base64!', Buffer.alloc(784, 7).toString('base64'));
const outcome = fc.record({
  dataset: orNull(
    fc.record({
      name: fc.oneof(fc.constantFrom('MNIST', 'synthetic digits'), text),
      origin: text,
      checksum: text,
      rows: fc.record({ train: whole, validation: whole, test: whole }),
    }),
  ),
  epochs: fc.array(epoch, { maxLength: 4 }),
  testAccuracy: orNull(share),
  testLoss: orNull(finite),
  confusion: orNull(fc.array(fc.array(whole, { maxLength: 3 }), { maxLength: 3 })),
  worst: orNull(
    fc.array(fc.record({ row: whole, truth: whole, predicted: whole, margin: finite, pixels }), {
      maxLength: 2,
    }),
  ),
  seconds: fc.record({
    ...Object.fromEntries(
      ['load', 'features', 'train', 'validate', 'predict', 'save'].map((phase) => [
        phase,
        orNull(amount),
      ]),
    ),
    total: amount,
  }),
  peakMemory: amount,
  versions: fc.dictionary(text, fc.oneof(scalar, fc.dictionary(text, scalar, { maxKeys: 2 })), {
    maxKeys: 2,
  }),
});
const record = fc
  .record({
    key: text,
    system: fc.oneof(fc.constantFrom('kernel-methods', 'keras', 'libsvm'), text),
    variant: fc.oneof(fc.constantFrom('a', 'b', 'c, d'), text),
    seed: whole,
    repeat: whole,
    config,
    startedAt: fc.oneof(fc.constant('2026-11-22T08:00:00.000Z'), text),
    reason: orNull(text),
    processSeconds: amount,
    ended: fc.oneof(
      outcome.map((outcome) => ({ status: 'done', outcome })),
      fc.constantFrom('failed', 'timeout').map((status) => ({ status, outcome: null })),
    ),
  })
  .map(({ ended, ...rest }) => ({ version: 1, ...rest, ...ended }) as unknown as RunRecord);

const comparison = fc
  .record({
    records: fc.array(record, { maxLength: 8 }),
    skipped: fc.array(fc.record({ variant: text, reason: text }), { maxLength: 2 }),
    aborted: fc.boolean(),
    startedAt: fc.oneof(fc.constant('2026-11-22T08:00:00.000Z'), text),
    machine: fc.record({ platform: text, cpu: text, cores: whole, memory: amount, node: text }),
  })
  .map((given): Comparison => createComparison({ ...given, sort: 'accuracy' }));

const plain = (line: string) => line;
const style = { bold: plain, dim: plain };

it('is taken as a record, and told and drawn whatever it holds', { timeout: 300_000 }, async () => {
  let drawn = 0;
  await fc.assert(
    fc.asyncProperty(comparison, async (any) => {
      for (const one of any.records)
        expect(readRecord(JSON.parse(JSON.stringify(one)))).toBeDefined();
      expect(nestingFaults(await htmlReport(any))).toEqual([]);
      if (any.variants.filter(({ accuracy }) => accuracy).length > 1) {
        expect(xmlFaults(frontSvg(any))).toEqual([]);
        drawn += 1;
      }
      tableLines(any, { sort: 'accuracy', style, width: 100 });
      ratioLines(any, style);
      for (const line of [toMarkdown(any, 'accuracy'), ratioMarkdown(any), toCsv(any)]) {
        expect(line).toBeTypeOf('string');
      }
    }),
    { numRuns: 60 },
  );
  expect(drawn).toBeGreaterThan(5);
});

it.each([
  ['a time beyond all axes', fakeRun({ variant: 'slow', processSeconds: 1e308 })],
  ['an unknown system', fakeRun({ variant: 'odd', system: 'constructor' as 'keras' })],
  ['an unknown map', fakeRun({ variant: 'odd', config: { map: '__proto__', kernel: 'x' } })],
])('draws %s', async (_, run) => {
  const any = createComparison({
    records: [fakeRun(), run],
    skipped: [],
    aborted: false,
    startedAt: 'now',
    machine: { platform: '', cpu: '', cores: 1, memory: 1, node: '' },
    sort: 'accuracy',
  });
  expect(nestingFaults(await htmlReport(any))).toEqual([]);
  expect(xmlFaults(frontSvg(any))).toEqual([]);
});

it('knows what is no XML', () => {
  expect(xmlFaults('<svg a="1"><g/>x &amp; &#160;</svg>')).toEqual([]);
  for (const wrong of [
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a>&nbsp;</a>',
    '<a>\u0001</a>',
    '<a>1 < 2</a>',
    '<a b="<"/>',
    '\ud800',
  ]) {
    expect(xmlFaults(wrong), wrong).not.toEqual([]);
  }
});
