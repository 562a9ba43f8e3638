import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { htmlReport } from '../html/html-report.ts';
import { complete } from '../options/complete.ts';
import { readRecord } from '../records/read-record.ts';
import { toCsv } from './csv.ts';
import { fakeComparison, fakeRun } from './fake-runs.ts';
import { toMarkdown } from './markdown.ts';
import { tableLines } from './table.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const reliability = {
  bins: [{ from: 0.9, to: 1, count: 10, said: 0.95, came: 0.9, low: 0.6, high: 0.98 }],
  error: 0.05,
  brier: 0.08,
};
const wary = (seed: number, recall: number) =>
  fakeRun({
    variant: 'digits 0,1,2, 0.95 answered',
    seed,
    config: complete({ seed, normal: '0,1,2', reject: 0.95 }),
    open: {
      coverage: 0.94,
      answeredAccuracy: 0.99,
      recall,
      auroc: 0.975,
      curve: [
        { coverage: 0.5, risk: 0 },
        { coverage: 1, risk: 0.02 },
      ],
    },
    reliability,
  });
const novelty = fakeRun({
  variant: 'novelty, digits 0,1,2',
  config: complete({ task: 'novelty', normal: '0,1,2' }),
  accuracy: 0.7,
  open: { coverage: 0.96, answeredAccuracy: null, recall: 0.6, auroc: 0.93, curve: null },
});
const usual = fakeRun({ variant: 'all digits', config: complete({ outputDim: 512 }) });
const records = [wary(0, 0.8), wary(1, 0.6), novelty, usual];
const comparison = fakeComparison(records);

it('the table tells AUROC, what is answered, what of it is right, and what is found', () => {
  const lines = tableLines(comparison, { sort: 'accuracy', style: plain, width: 140 });
  const line = (name: string) => lines.find((one) => one.includes(name));
  expect(line('variant')).toMatch(/AUROC\s+answered\s+right\s+found\s+time/);
  expect(line('0.95 answered')).toMatch(/0\.9750\s+0\.9400\s+0\.9900\s+0\.7000/);
  expect(line('novelty')).toMatch(/0\.9300\s+0\.9600\s+0\.6000/);
  // Without such runs there are no such columns.
  const others = tableLines(fakeComparison([usual]), {
    sort: 'accuracy',
    style: plain,
    width: 140,
  });
  expect(others.join('\n')).not.toContain('AUROC');
});

it('CSV and Markdown have the same figures', () => {
  const [names, first] = toCsv(comparison).split('\r\n');
  const at = names.split(',').indexOf('coverage');
  expect(names).toContain('coverage,answeredAccuracy,recall,auroc');
  // The name of the variant has commas of its own, in quotes.
  expect(
    first
      .replace(/^"[^"]*"/, 'x')
      .split(',')
      .slice(at, at + 4),
  ).toEqual(['0.94', '0.99', '0.8', '0.975']);
  expect(toMarkdown(comparison, 'accuracy')).toContain('AUROC of unknown | known answered');
  expect(toMarkdown(fakeComparison([usual]), 'accuracy')).not.toContain('AUROC');
});

it('the page draws what rejecting buys, and whether probabilities are true', async () => {
  const text = await htmlReport(comparison);
  const { document } = parseHTML(text) as unknown as { document: Document };
  const titles = [...document.querySelectorAll('h2')].map((one) => one.textContent);
  expect(titles).toContain('What rejecting buys');
  expect(titles).toContain('Are the probabilities true?');
  expect(document.querySelector('#rejecting')?.textContent).toContain('(in use)');
  const heads = [...document.querySelectorAll('.variants th[scope="col"]')];
  expect(heads.map((one) => one.textContent)).toContain('Unknown found');
  const without = await htmlReport(fakeComparison([usual]));
  expect(without).not.toContain('What rejecting buys');
  expect(without).not.toContain('Unknown found');
});

it('records are read with them, without them, and not where they are broken', () => {
  // As they come from a file.
  const read = records.map((record) => JSON.parse(JSON.stringify(record)));
  for (const record of read) expect(readRecord(record)).toEqual(record);
  const [{ outcome, ...rest }] = read;
  const broken = { ...rest, outcome: { ...outcome, open: { ...outcome?.open, coverage: 2 } } };
  expect(() => readRecord(broken)).toThrow('outcome.open.coverage');
});
