import type { Settings } from '@kernel-methods/search';
import { describe, expect, it } from 'vitest';
import type { Side } from '../data/side-by-side.ts';
import type { FitSettings } from '../options/options.ts';
import { programOf } from './program.ts';

const machine: Settings = {
  map: 'nystroem',
  kernel: { name: 'laplacian', scale: 1.5 },
  outputDim: 50,
  loss: 'hinge',
  solver: 'smo',
  l2: 0.01,
  seed: 3,
};
const read = (path: string, options: Side['options'] = {}): Side[] => [{ path, options }];
const write = (settings: Partial<FitSettings>, more: object = {}) =>
  programOf({
    ...{ question: { task: 'classification' }, machine, hasBlankTargets: false },
    files: [read('a.csv')],
    settings: { target: 'y', ...settings } as FitSettings & { target: string },
    ...more,
  });

describe('programOf', () => {
  it('has all numbers of the machine', () => {
    expect(
      write({}),
    ).toBe(`import { fileSystem, KernelModel, laplacian, nystroem, readTable } from 'kernel-methods';

const table = await readTable('a.csv');

const model = new KernelModel({
  task: 'classification',
  features: nystroem({ outputDim: 50, kernel: laplacian({ scale: 1.5 }), seed: 3 }),
  loss: 'hinge',
  solver: 'smo',
  l2: 0.01,
  seed: 3,
});
await model.fit(table, 'y');
await model.save(fileSystem('model'));
model.dispose();
`);
  });

  it('makes a loss that has a reach', () => {
    const text = write(
      {},
      { machine: { ...machine, loss: 'huber', reach: 2.5, solver: 'newton' } },
    );
    expect(text).toContain('import { fileSystem, huber, KernelModel,');
    expect(text).toContain('  loss: huber.with({ delta: 2.5 }),');
  });

  it('makes a solver that ends early, and one around another', () => {
    const solvedBy = (solver: Settings['solver'], tolerance: number) =>
      write({}, { machine: { ...machine, loss: 'softmaxCrossEntropy', solver, tolerance } });
    expect(solvedBy('newton', 0.001)).toContain('  solver: newton({ tolerance: 0.001 }),');
    const text = solvedBy('pairwise', 0.01);
    expect(text).toContain('  solver: pairwise(newton({ tolerance: 0.01 })),');
    expect(text).toContain('KernelModel, laplacian, newton, nystroem, pairwise, readTable }');
  });

  it('reads as the command read: several files, options, blanks, groups, weights', () => {
    const options: Side['options'] = { delimiter: ';', columns: { zip: 'category' } };
    const text = write(
      { groups: 'g', weights: 'w', drop: ['d'] },
      { files: [read('a.csv', options), read("it's.csv", options)], hasBlankTargets: true },
    );
    expect(text).toContain(
      `await readTable('a.csv', { delimiter: ";", columns: {"zip":"category"} }),`,
    );
    expect(text).toContain("await readTable('it\\'s.csv'");
    expect(text).toContain("const table = all.filter((row) => row['y'] !== null);");
    expect(text).toContain("const rows = table.drop('d', 'g', 'w');");
    expect(text).toContain(
      "await model.fit(rows, 'y', {\n  sampleWeight: table.column('w').values as Float64Array,\n});",
    );
    expect(text).toContain('Table,');
  });

  it('splits lists of labels, and takes an empty one for no label', () => {
    const question = {
      task: 'multilabel',
      labels: { names: ['a', 'b'], separator: '|' },
    } as const;
    const full = write({ types: { y: 'text' } }, { question });
    expect(full).toContain("task: multilabel({ separator: '|' }),");
    expect(full).toContain("await model.fit(table, 'y');");
    const blank = write({ types: { y: 'text' }, drop: ['z'] }, { question, hasBlankTargets: true });
    expect(blank).toContain("const rows = table.drop('z', 'y');");
    expect(blank).toContain("const labels = Array.from(table, (row) => row['y'] ?? '');");
    expect(blank).toContain('await model.fit(rows, labels);');
    expect(blank).not.toContain('filter');
  });

  it('makes lists of the columns that are 1', () => {
    const question = { task: 'multilabel', labels: { names: ['a', 'b'], separator: ';' } } as const;
    const more = { question, targetColumns: ['a', 'b'] };
    const full = write({ target: 'a,b' }, more);
    expect(full).toContain(`const table = await readTable('a.csv');
const targets = ['a', 'b'];
const rows = table.drop('a', 'b');
const labels = Array.from(table, (row) =>
  targets.filter((name) => ['1', 'true'].includes(String(row[name]))),
);
`);
    expect(full).toContain('await model.fit(rows, labels);');
    const blank = write({ target: 'a,b', drop: ['z'] }, { ...more, hasBlankTargets: true });
    expect(blank).toContain(
      'const table = all.filter((row) => targets.some((name) => row[name] !== null));',
    );
    expect(blank).toContain("const rows = table.drop('z', 'a', 'b');");
  });
});
