import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../records/comparison.ts';
import { readFixture } from './fixtures/comparison.ts';
import { nestingFaults } from './fixtures/nesting.ts';
import { htmlReport } from './html-report.ts';

const comparison = readFixture();
let page: string;
let document: Document;
beforeAll(async () => {
  page = await htmlReport(comparison);
  document = parsed(page);
});

const parsed = (text: string) => parseHTML(text).document as unknown as Document;
const texts = (selector: string, root: ParentNode = document) =>
  [...root.querySelectorAll(selector)].map((element) => element.textContent?.trim());

const names = comparison.variants.map(({ variant }) => variant);

describe('the page', () => {
  test('has a heading for each of its parts, in their order', () => {
    expect(texts('h1')).toEqual([`mnist-bench: ${names.length} variants on MNIST`]);
    expect(document.title).toBe(document.querySelector('h1')?.textContent);
    expect(texts('h2')).toEqual([
      'Variants',
      'Accuracy over seconds',
      'Accuracy over the number of features',
      'Error over kernels',
      'Learning curves',
      'What was taken for what',
      'Skipped',
      'Failed',
      'Configuration',
      'Machine and data',
    ]);
    expect(texts('nav a')).toEqual(texts('h2'));
  });

  test('is well nested; ids are there once, and links lead to them', () => {
    expect(nestingFaults(page)).toEqual([]);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a')) {
      expect(ids).toContain(link.getAttribute('href')?.slice(1));
    }
    for (const section of document.querySelectorAll('[aria-labelledby]')) {
      expect(ids).toContain(section.getAttribute('aria-labelledby'));
    }
  });

  test('loads nothing, and forbids it', () => {
    expect(page.match(/https?:\/\/|@import|<link|<iframe|\bsrc="(?!data:image\/png)/)).toBeNull();
    expect(page.match(/url\(/g)).toBeNull();
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    const script = document.querySelector('script')!.textContent!;
    expect(policy).toContain(createHash('sha256').update(script).digest('base64'));
  });

  test('the same comparison makes the same page', async () => {
    expect((await htmlReport(readFixture())) === page).toBe(true);
  });
});

describe('tables and plots', () => {
  test('every variant has its line, with its figures', () => {
    const heads = [...document.querySelectorAll('.variants tbody th')];
    expect(heads.map((head) => head.getAttribute('data-value'))).toEqual(names);
    const best = document.querySelector('.variants tbody tr')!;
    expect(best.className).toBe('front');
    expect(best.textContent).toMatch(/94\.35 %± 0\.16.*16\.3 s13\.8–18\.9 s.*695 MB.*2/);
  });

  test('every plot has a name, and a table of its numbers', () => {
    const plots = [...document.querySelectorAll('svg')];
    expect(plots).toHaveLength(8);
    for (const plot of plots) {
      expect(plot.getAttribute('role')).toBe('img');
      expect(plot.getAttribute('aria-label')).toMatch(/\w+ over .*\./);
      expect(plot.outerHTML.match(/NaN|undefined|Infinity/)).toBeNull();
    }
    for (const figure of document.querySelectorAll('figure')) {
      const table = figure.parentElement?.querySelector('details table');
      expect(table?.querySelectorAll('tbody tr').length).toBeGreaterThan(3);
    }
    const done = comparison.variants.filter(({ accuracy }) => accuracy !== null);
    expect(texts('#accuracy-over-seconds tbody th').sort()).toEqual(
      done.map(({ variant }) => variant).sort(),
    );
  });

  test('shows confusion and worst digits of the best, and of others on the front', () => {
    const section = document.querySelector('#mistakes')!;
    const front = comparison.variants.filter((variant) => variant.front);
    expect(section.querySelectorAll('details')).toHaveLength(front.length - 1);
    const [table] = section.querySelectorAll('.confusion');
    const best = comparison.records.find(({ variant }) => variant === names[0])!.outcome!;
    const cells = [...table.querySelectorAll('tbody tr')].map((row) =>
      texts('td', row)
        .slice(0, -1)
        .map((text) => Number(text?.replace(',', ''))),
    );
    expect(cells).toEqual(best.confusion);
    const images = [...section.querySelector('.digits')!.querySelectorAll('img')];
    expect(images).toHaveLength(best.worst!.length);
    for (const image of images) {
      expect(image.getAttribute('alt')).toMatch(/^Test row \d+$/);
      expect(image.getAttribute('width')).toBe('28');
    }
  });

  test('says what was skipped and what failed, and why', () => {
    for (const { variant, reason } of comparison.skipped) {
      expect(document.querySelector('#skipped')?.textContent).toContain(variant);
      expect(document.querySelector('#skipped')?.textContent).toContain(reason.replaceAll('`', ''));
    }
    expect(texts('#failed tbody tr')).toHaveLength(3);
    expect(document.querySelector('#failed')?.textContent).toContain('It ran longer than 60 s.');
  });

  test('tells configuration, machine and data', () => {
    expect(texts('#configuration summary')).toEqual([
      'What all variants share',
      'What tells them apart',
      'The peers’ settings',
    ]);
    const shared = document.querySelector('#configuration .pairs')?.textContent;
    expect(shared).toContain('batchSize32');
    expect(shared).not.toContain('seed0');
    const machine = document.querySelector('#machine')?.textContent;
    for (const text of [comparison.machine.cpu, '16.0 GiB', 'sha256:', '4,000 to train']) {
      expect(machine).toContain(text);
    }
  });
});

test('tells every split of the data, and warns of what does not compare', async () => {
  const [first, second] = comparison.records.filter(
    ({ system, outcome }) => system === 'kernel-methods' && outcome?.dataset,
  );
  const dataset = first.outcome!.dataset!;
  const other = { ...dataset, rows: { train: 5000, validation: 0, test: 10_000 } };
  const records = [
    { ...first, outcome: { ...first.outcome!, dataset: other } },
    { ...second, outcome: { ...second.outcome!, dataset } },
    { ...second, seed: 9, outcome: { ...second.outcome!, dataset: { ...dataset, checksum: 'x' } } },
    {
      ...first,
      ...{ system: 'keras' as const, variant: 'Keras', config: {} },
      outcome: { ...first.outcome!, dataset: { ...dataset, checksum: 'y' } },
    },
  ];
  const made = parsed(await htmlReport({ ...comparison, records }));
  const text = made.querySelector('header .quiet')?.textContent;
  expect(text).toContain(
    ' · 5,000 rows to train, 10,000 to test · 4,000 rows to train, 10,000 to test',
  );
  expect(text?.match(/4,000 rows/g)).toHaveLength(1);
  const machine = made.querySelector('#machine')?.textContent;
  expect(machine).toContain('5,000 to train, 0 to validate');
  expect(machine).toContain('4,000 to train, 1,000 to validate');
  expect(texts('.note', made)).toEqual([
    `WARNING: not all runs of a variant were on the same data, so its accuracy is of no one task: ${second.variant}.`,
    'WARNING: not on the data of our runs, though on as many rows: Keras.',
  ]);
  expect(texts('.note')).toEqual([]);
});

test('names are text, whatever they hold', async () => {
  const evil = `<script>alert('"&</title>')</script>`;
  const text = JSON.stringify(comparison).replaceAll(names[0], JSON.stringify(evil).slice(1, -1));
  const made = await htmlReport(JSON.parse(text));
  const plain = parsed(made);
  expect(plain.querySelectorAll('script')).toHaveLength(1);
  expect(made.includes('<script>alert')).toBe(false);
  expect(plain.querySelector('.variants tbody th')?.getAttribute('data-value')).toBe(evil);
  expect(nestingFaults(made)).toEqual([]);
});

describe('what is not there leaves no place', () => {
  const headings = async (change: Partial<Comparison>) =>
    texts('h2', parsed(await htmlReport({ ...comparison, ...change })));

  test('nothing at all', async () => {
    expect(await headings({ records: [], variants: [], skipped: [] })).toEqual([
      'Variants',
      'Machine and data',
    ]);
  });

  test('one dimension, one kernel, no epochs', async () => {
    const kept = ['gaussian, mse, direct, rff 1,024', 'libsvm: SVC, gaussian'];
    const change = {
      records: comparison.records.filter(({ variant }) => kept.includes(variant)),
      variants: comparison.variants.filter(({ variant }) => kept.includes(variant)),
      skipped: [],
      aborted: true,
    };
    expect(await headings(change)).toEqual([
      'Variants',
      'Accuracy over seconds',
      'What was taken for what',
      'Configuration',
      'Machine and data',
    ]);
    expect(await htmlReport({ ...comparison, ...change })).toContain('Stopped before its end');
  });

  test('numbers that could not be measured, and accuracies without an error', async () => {
    const variants = comparison.variants.map((one) => ({
      ...one,
      memory: null,
      accuracy: one.accuracy && { ...one.accuracy, mean: 1, low: 1, high: 1, median: 1 },
    }));
    const made = await htmlReport({ ...comparison, variants });
    expect(made.match(/\bNaN|undefined|Infinity/)).toBeNull();
  });
});
