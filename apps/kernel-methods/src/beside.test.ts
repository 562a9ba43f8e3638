import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRandom } from '@kernel-methods/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { done, inProcess } from './fixtures/in-process.ts';
import { nodeArgs } from './fixtures/run.ts';
import { temporaryBesidePackages } from './fixtures/tables.ts';
import { weightsIn } from './fixtures/weights.ts';

const folder = temporaryBesidePackages();
const { at } = folder;
const kernelMethods = (...args: string[]) => inProcess(args);
const refused = async (...args: string[]) => {
  const { code, stderr } = await kernelMethods(...args);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
  return stderr;
};

/** An array of NumPy: rows of three numbers. */
function npy(rows: readonly (readonly number[])[]): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, 3), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([start, header, Buffer.from(Float32Array.from(rows.flat()).buffer)]);
}

/** Embeddings of three numbers; a code, a kind and whether it is near, which both tell. */
function writeRows(name: string, rows: number, seed: number): void {
  const random = createRandom(seed);
  const points = Array.from({ length: rows }, () => [0, 1, 2].map(() => random.normal()));
  const lines = points.map(([x, y], i) => {
    const code = i % 3;
    return `${code},${i % 2 ? 'shop' : 'cafe'},${Math.hypot(x, y) < 0.8 + 0.3 * code ? 'yes' : 'no'}`;
  });
  writeFileSync(at(`${name}.npy`), npy(points));
  writeFileSync(at(`${name}.csv`), `code;kind;near\n${lines.join('\n').replaceAll(',', ';')}\n`);
  // The same rows in one file.
  const both = points.map((point, i) => [...point.map(Math.fround), lines[i]].join(','));
  writeFileSync(at(`${name}-whole.csv`), `e0,e1,e2,code,kind,near\n${both.join('\n')}\n`);
}

const asked = ['--target', 'near', '--candidates', '1'];
const types = ['--types', 'code=category,e1=number'];
const before = process.cwd();
beforeAll(async () => {
  process.chdir(folder.path);
  writeRows('old', 120, 1);
  writeRows('new', 60, 2);
  const files = ['--save', 'model', '--program', 'program.ts', '--json'];
  const beside = ['old.npy', '--beside', 'old.csv', '--separator', ';'];
  writeFileSync(at('fit.json'), await done('fit', ...beside, ...types, ...asked, ...files));
  await done('fit', 'old-whole.csv', ...types, ...asked, '--save', 'whole', '--quiet');
}, 120_000);
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const fitted = () => JSON.parse(readFileSync(at('fit.json'), 'utf8'));
/** The predictions for a file, as CSV: they go to the process's own output, unless to a file. */
const predicted = async (model: string, ...files: string[]) => {
  await done('predict', model, ...files, '--out', 'said.csv', '--quiet');
  return readFileSync(at('said.csv'), 'utf8');
};

describe('files side by side', () => {
  it('give the model that one file of all columns gives', () => {
    expect(fitted().columns.map(({ name, type }: Record<string, string>) => [name, type])).toEqual([
      ...['e0', 'e1', 'e2'].map((name) => [name, 'number']),
      ...['code', 'kind'].map((name) => [name, 'category']),
    ]);
    expect(weightsIn(at('model'))).toEqual(weightsIn(at('whole')));
  });

  it('are read by the program of the fit, too', () => {
    const text = readFileSync(at('program.ts'), 'utf8');
    expect(text).toContain(`const table = new Table([
  ...(await readTable('old.npy', { columns: {"e1":"number"} })).columns,
  ...(await readTable('old.csv', { delimiter: ";", columns: {"code":"category"} })).columns,
]);`);
    writeFileSync(at('run.mjs'), text.replace("('model')", "('made')"));
    execFileSync(process.execPath, [...nodeArgs, 'run.mjs'], { cwd: folder.path });
    expect(weightsIn(at('made'))).toEqual(weightsIn(at('model')));
  });

  it('are predicted, scored and explained, in any order', async () => {
    const whole = await predicted('model', 'new-whole.csv', '--keep', 'code');
    expect(await predicted('model', 'new.npy', '--beside', 'new.csv', '--keep', 'code')).toBe(
      whole,
    );
    expect(await predicted('model', 'new.csv', '--beside', 'new.npy', '--keep', 'code')).toBe(
      whole,
    );
    const scores = async (...files: string[]) => done('evaluate', 'model', ...files, '--json');
    expect(await scores('new.npy', '--beside', 'new.csv')).toBe(await scores('new-whole.csv'));
    const explained = await done('explain', 'model', 'new.npy', '--beside', 'new.csv', '--json');
    expect(explained).toBe(await done('explain', 'model', 'new-whole.csv', '--json'));
    const row = await done('explain', 'model', 'new.npy', '2', '--beside', 'new.csv', '--json');
    expect(row).toBe(await done('explain', 'model', 'new-whole.csv', '2', '--json'));
  });

  it('are predicted in batches of as many rows from each', async () => {
    const times = 5000;
    const [header, ...lines] = readFileSync(at('new.csv'), 'utf8').trim().split('\n');
    const many = Array.from({ length: times }, (_, i) => i % lines.length);
    writeFileSync(at('many.csv'), `${[header, ...many.map((i) => lines[i])].join('\n')}\n`);
    const bytes = readFileSync(at('new.npy')).subarray(-lines.length * 12);
    const floats = new Float32Array(Uint8Array.from(bytes).buffer);
    writeFileSync(at('many.npy'), npy(many.map((i) => [...floats.subarray(3 * i, 3 * i + 3)])));
    const [head, ...once] = (await predicted('whole', 'new-whole.csv')).trim().split('\r\n');
    const said = (await predicted('whole', 'many.npy', '--beside', 'many.csv')).trim();
    expect(said.split('\r\n')).toEqual([head, ...many.map((i) => once[i])]);
    const longer = ['many.npy', '--beside', 'new.csv', '--out', 'none.csv'];
    expect(await refused('predict', 'whole', ...longer)).toContain(
      'files side by side must have as many rows. Received: 5,000 in many.npy and 60 in new.csv.',
    );
    expect(readdirSync(folder.path)).not.toContain('none.csv');
  });

  it('are more rows for a model, with files beside them', async () => {
    const added = ['new.npy', '--beside', 'new.csv'];
    await done('update', 'model', ...added, '--save', 'more', '--quiet');
    await done('update', 'whole', 'new-whole.csv', '--save', 'more-whole', '--quiet');
    expect(weightsIn(at('more'))).toEqual(weightsIn(at('more-whole')));
    const record = JSON.parse(await done('show', 'more', '--json'));
    expect(record.reading.beside).toEqual([at('old.csv'), at('new.csv')]);
    writeFileSync(at('more.mjs'), record.program.replace("('model')", "('made-more')"));
    execFileSync(process.execPath, [...nodeArgs, 'more.mjs'], { cwd: folder.path });
    expect(weightsIn(at('made-more'))).toEqual(weightsIn(at('more')));
    const elsewhere = ['new.npy', '--with', 'old.npy', '--beside', 'old.csv,new.csv'];
    await done('update', 'model', ...elsewhere, '--save', 'moved', '--quiet');
    expect(weightsIn(at('moved'))).toEqual(weightsIn(at('more')));
    for (const args of [['new.npy'], [...added, '--beside', 'new.csv']]) {
      const said = await refused('update', 'model', ...args, '--save', 'none');
      expect(said).toContain('`--beside` must be 1 file: as many for the new file as the model');
    }
  });

  it('lie under each other, each with those beside it', async () => {
    const files = ['old.npy', 'new.npy', '--beside', 'old.csv,new.csv', '--separator', ';'];
    await done('fit', ...files, ...types, ...asked, '--save', 'two', '--quiet');
    await done(
      'fit',
      'old-whole.csv',
      'new-whole.csv',
      ...types,
      ...asked,
      '--save',
      'one',
      '--quiet',
    );
    expect(weightsIn(at('two'))).toEqual(weightsIn(at('one')));
  });

  it.each([
    [
      ['new.npy', '--beside', 'old.csv'],
      'as many rows. Received: 60 in new.npy and 120 in old.csv.',
    ],
    [
      ['old.npy', '--beside', 'old-whole.csv'],
      'columns of different names. Received: "e0" in old.npy and in old-whole.csv.',
    ],
    [
      ['old.npy', 'new.npy', '--beside', 'old.csv'],
      'must name a file for each of the 2 files, in their order. Received: old.csv.',
    ],
    [['-', '--beside', 'old.csv'], '`--beside` must be left out with standard input'],
    [['old.npy', '--beside', 'old.csv', '--format', 'csv'], '`--format` must be left out with'],
    [['old.npy', '--beside', 'none.csv'], 'the file must exist. Received: none.csv.'],
    [
      ['old.npy', '--beside', 'old.csv', '--types', 'colour=category'],
      'there is no column "colour" in old.npy and old.csv.',
    ],
    [['new.npy', '--beside', 'old.npy', '--separator', ';'], '`--separator` must be left out'],
    [
      ['old.npy', '--beside', 'old.csv', '--html', 'old.csv'],
      'another file than a file that is read',
    ],
    [
      ['old.npy', '--beside', 'old.csv', '--results', './old.csv'],
      'another file than a file that is read',
    ],
  ])('fit refuses %j', async (files, message) => {
    expect(await refused('fit', ...files, ...asked)).toContain(message);
  });

  it('are no outputs, and have the columns of the model', async () => {
    const args = ['predict', 'model', 'new.npy', '--beside', 'new.csv', '--out', 'new.csv'];
    expect(await refused(...args)).toContain('must be another file than the file that is read');
    writeFileSync(at('code.csv'), `code\n${'1\n'.repeat(60)}`);
    const code = ['new.npy', '--beside', 'code.csv'];
    expect(await refused('predict', 'model', ...code, '--out', 'q.csv')).toContain(
      'there is no column "kind" in new.npy and code.csv.',
    );
    writeFileSync(at('untold.csv'), `code,kind\n${'1,cafe\n'.repeat(60)}`);
    expect(await refused('evaluate', 'model', 'new.npy', '--beside', 'untold.csv')).toContain(
      'must have the column near too, to score by.',
    );
  });
});
