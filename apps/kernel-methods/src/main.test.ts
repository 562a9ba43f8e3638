import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from './fixtures/in-process.ts';
import { ended, nodeArgs, run, start } from './fixtures/run.ts';
import { temporaryBesidePackages, writeShops } from './fixtures/tables.ts';
import { weightsIn } from './fixtures/weights.ts';

const folder = temporaryBesidePackages();
const { at, path } = folder;
// As the command line has it; what is about a process runs as one.
const kernelMethods = (...args: string[]) => inProcess(args);

const before = process.cwd();
beforeAll(async () => {
  process.chdir(path);
  writeShops(at('shops.csv'), 160, 1);
  writeShops(at('more.csv'), 120, 2);
  writeShops(at('names.csv'), 0, 1);
  const fitted = await run(
    [
      ...['fit', 'shops.csv', '--target', 'does', '--drop', 'sales', '--candidates', '2'],
      ...['--save', 'model', '--program', 'program.ts', '--html', 'report.html', '--json'],
    ],
    path,
  );
  writeFileSync(at('fit.json'), fitted.stdout);
  expect(fitted.stderr).toBe('');
  expect(fitted.code).toBe(0);
}, 120_000);
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const fitted = () => JSON.parse(readFileSync(at('fit.json'), 'utf8'));

describe('what is read or written already', () => {
  it.each([
    [
      '--html',
      ['fit', 'kept.csv', '--target', 'does', '--html', 'kept.csv'],
      'a file that is read',
    ],
    [
      '--program',
      ['fit', 'kept.csv', '--target', 'does', '--program', './kept.csv'],
      'that is read',
    ],
    [
      '--program',
      ['fit', 'kept.csv', '--target', 'does', '--html', 'a', '--program', 'a'],
      '--html',
    ],
    [
      '--html',
      ['fit', 'kept.csv', '--target', 'does', '--results', 'r', '--html', 'r'],
      '--results',
    ],
    ['--out', ['predict', 'model', 'kept.csv', '--out', 'kept.csv'], 'the file that is read'],
    ['--out', ['predict', 'model', 'kept.csv', '--out', 'model/model.json'], 'a file of the model'],
  ])('is not replaced by %s: %j', async (flag, args, other) => {
    writeShops(at('kept.csv'), 60, 1);
    const before = [at('kept.csv'), at('model/model.json')].map((name) =>
      readFileSync(name, 'utf8'),
    );
    const { code, stderr } = await kernelMethods(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`\`${flag}\` must be another file than .*${other}\\. Received`),
    );
    const after = [at('kept.csv'), at('model/model.json')].map((name) =>
      readFileSync(name, 'utf8'),
    );
    expect(after).toEqual(before);
    expect(existsSync(at('a'))).toBe(false);
  });

  it('nothing is scored on rows that have no target', async () => {
    const [header] = readFileSync(at('shops.csv'), 'utf8').split('\n');
    const blank = header.split(',').map((name) => (name === 'kind' ? 'shoes' : ''));
    writeFileSync(at('blank.csv'), `${header}\n${blank}\n`);
    const { code, stderr } = await kernelMethods('evaluate', 'model', 'blank.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('must have a row whose does is known. Received: 1 without.');
  });
});

describe('fit', () => {
  it('is better than a linear model, and that than the most frequent class', () => {
    const { chosen, linear, baseline } = fitted().scores;
    expect(chosen.mean).toBeGreaterThan(linear.mean + 0.05);
    expect(chosen.scores).toHaveLength(5);
    expect(baseline.mean).toBeGreaterThan(0.5);
    const [first, second] = fitted().importances.map(({ column }: { column: string }) => column);
    expect([first, second].sort()).toEqual(['x', 'y']);
  });

  it('says what is odd about columns', () => {
    const odd = Object.fromEntries(
      fitted().looks.map(({ name, odd }: { name: string; odd: string[] }) => [
        name,
        odd.join('; '),
      ]),
    );
    expect(odd.id).toBe('an identifier');
    expect(odd.region).toBe('the same in all rows');
    expect(odd.x).toMatch(/^\d+\.\d % blank$/);
    expect(odd.kind).toBe('');
  });

  it('finds the same model with the same seed and number of candidates', async () => {
    const again = await kernelMethods(
      ...['fit', 'shops.csv', '--target', 'does', '--drop', 'sales', '--candidates', '2'],
      ...['--save', 'again', '--quiet'],
    );
    expect(again.code).toBe(0);
    expect(weightsIn(at('again'))).toEqual(weightsIn(at('model')));
  });

  it('writes a program that makes the same model', async () => {
    writeFileSync(
      at('run.mjs'),
      readFileSync(at('program.ts'), 'utf8').replace("'model'", "'made'"),
    );
    execFileSync(process.execPath, [...nodeArgs, 'run.mjs'], { cwd: path });
    expect(weightsIn(at('made'))).toEqual(weightsIn(at('model')));
  });

  it('writes a page with the classes and what more rows would do', () => {
    const page = readFileSync(at('report.html'), 'utf8');
    expect(page).toMatch(/<section id="classes".*\n.*Classes[\s\S]*scope="row">badly</);
    expect(page).toMatch(/<section id="learning"[\s\S]*The score of this machine by the number/);
  });

  it('keeps scores in --results, and goes on from them', async () => {
    writeShops(at('few.csv'), 90, 4);
    const args = [
      'fit',
      'few.csv',
      '--target',
      'does',
      '--candidates',
      '1',
      '--results',
      'r.jsonl',
      '--json',
    ];
    const first = await kernelMethods(...args);
    const lines = readFileSync(at('r.jsonl'), 'utf8');
    expect(lines.trim().split('\n').length).toBeGreaterThan(3);
    const second = await kernelMethods(...args);
    expect(readFileSync(at('r.jsonl'), 'utf8')).toBe(lines);
    const scores = ({ stdout }: { stdout: string }) => JSON.parse(stdout).search;
    expect(scores(second)).toEqual(scores(first));
  });

  it('keeps the best so far at Ctrl-C', async () => {
    writeShops(at('many.csv'), 4000, 5);
    const child = start(
      [
        'fit',
        'many.csv',
        '--target',
        'does',
        '--time',
        '10m',
        '--results',
        'i.jsonl',
        '--save',
        'early',
        '--quiet',
      ],
      path,
    );
    const end = ended(child);
    while (!existsSync(at('i.jsonl')) || readFileSync(at('i.jsonl'), 'utf8').length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGINT');
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(stdout).toContain('Saved: early');
    const shown = await kernelMethods('show', 'early', '--json');
    expect(JSON.parse(shown.stdout).scores.chosen.mean).toBeGreaterThan(0.6);
  });
});

describe('with a saved model', () => {
  it('takes a page into the folder of the model, which another fit may replace', async () => {
    writeShops(at('few.csv'), 90, 4);
    for (const html of ['own/report.html', './own/page.html']) {
      const { code, stderr } = await kernelMethods(
        ...['fit', 'few.csv', '--target', 'sales', '--candidates', '1', '--quiet'],
        ...['--save', 'own', '--html', html],
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(readFileSync(at(html), 'utf8')).toContain('<!doctype html>');
    }
    expect(existsSync(at('own/report.html'))).toBe(false);
    expect((await kernelMethods('show', 'own')).code).toBe(0);
    writeFileSync(at('own/mine.txt'), 'kept');
    const refused = await kernelMethods('fit', 'few.csv', '--target', 'sales', '--save', 'own');
    expect(refused.stderr).toContain('which holds mine.txt');
  });

  it('reads what is told how to be read, and predicts JSON Lines', async () => {
    const [header, ...lines] = readFileSync(at('more.csv'), 'utf8').trim().split('\n');
    const text = [header.replace('kind', 'k\xefnd'), ...lines].join('\n').replaceAll('.', ';');
    writeFileSync(at('euro.csv'), text.replaceAll(',', '\t').replaceAll(';', ','), 'latin1');
    const fit = await kernelMethods(
      ...['fit', 'euro.csv', '--target', 'sales', '--candidates', '1', '--save', 'euro', '--quiet'],
      ...['--encoding', 'latin1', '--separator', 'tab', '--decimal', ',', '--program', 'euro.ts'],
    );
    expect([fit.code, fit.stderr]).toEqual([0, '']);
    const { columns } = JSON.parse((await kernelMethods('show', 'euro', '--json')).stdout);
    expect(columns.map(({ name }: { name: string }) => name)).toEqual(['x', 'y', 'kïnd', 'does']);
    expect(readFileSync(at('euro.ts'), 'utf8')).toContain('encoding: "windows-1252"');
    writeFileSync(at('rows.jsonl'), '{"x":0,"y":0,"kind":"cafe"}\n{"x":3,"y":0,"kind":null}\n');
    expect((await kernelMethods('predict', 'model', 'rows.jsonl', '--out', 'j.csv')).code).toBe(0);
    const predicted = readFileSync(at('j.csv'), 'utf8').trim().split('\r\n');
    expect(predicted.map((line) => line.split(',')[0])).toEqual(['does', 'well', 'badly']);
  });

  it('names what is kept and what is predicted apart', async () => {
    await kernelMethods('predict', 'model', 'more.csv', '--out', 'k.csv', '--keep', 'does,id,does');
    const [header] = readFileSync(at('k.csv'), 'utf8').split('\r\n');
    expect(header).toBe('does,id,predicted does,p(badly),p(well)');
  });

  it('predicts, with probabilities and columns that are kept', async () => {
    const { code } = await kernelMethods(
      'predict',
      'model',
      'more.csv',
      '--out',
      'p.csv',
      '--keep',
      'id',
    );
    expect(code).toBe(0);
    const [header, ...lines] = readFileSync(at('p.csv'), 'utf8').trim().split('\r\n');
    expect(header).toBe('id,does,p(badly),p(well)');
    expect(lines).toHaveLength(120);
    for (const line of lines) {
      const [id, label, badly, well] = line.split(',');
      expect(id).toMatch(/^shop-2-/);
      expect(Number(badly) + Number(well)).toBeCloseTo(1, 5);
      expect(label).toBe(Number(well) > Number(badly) ? 'well' : 'badly');
    }
  });

  it('reads standard input and writes through a link, and to standard output', async () => {
    const input = readFileSync(at('more.csv'), 'utf8');
    writeFileSync(at('old.csv'), 'old');
    symlinkSync('old.csv', at('link.csv'));
    await run(['predict', 'model', '-', '--out', 'link.csv'], path, input);
    const { stdout } = await run(['predict', 'model', '-'], path, input);
    expect(readFileSync(at('old.csv'), 'utf8')).toBe(stdout);
    expect(stdout).toContain('does,p(badly),p(well)');
  });

  it('ends silently where its reader does', async () => {
    // More than a pipe takes, so that some of it is written when the reader has gone.
    const [header, ...lines] = readFileSync(at('more.csv'), 'utf8').trim().split('\n');
    const many = Array.from({ length: 100 }, () => lines).flat();
    writeFileSync(at('long.csv'), [header, ...many].join('\n'));
    const child = start(['predict', 'model', 'long.csv', '--keep', 'id'], path);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([141, '']);
  });

  it('evaluates, explains and shows', async () => {
    const evaluated = JSON.parse(
      (await kernelMethods('evaluate', 'model', 'more.csv', '--json')).stdout,
    );
    expect(evaluated.rows).toBe(120);
    expect(evaluated.scores.accuracy).toBeGreaterThan(0.8);
    const right = evaluated.confusion[0][0] + evaluated.confusion[1][1];
    expect(right / 120).toBeCloseTo(evaluated.scores.accuracy, 6);
    const [badly] = evaluated.perClass;
    expect(badly.recall * badly.rows).toBeCloseTo(evaluated.confusion[0][0], 9);
    expect(badly.takenFor).toEqual({ label: 'well', rows: evaluated.confusion[0][1] });
    for (const args of [
      ['evaluate', 'model', 'more.csv'],
      ['show', 'model'],
    ]) {
      expect((await kernelMethods(...args)).stdout).toMatch(
        /class +F1 +precision +recall +rows +taken for \(rows\)\n(badly|well) /,
      );
    }
    const { effects } = JSON.parse(
      (await kernelMethods('explain', 'model', 'more.csv', '4', '--json')).stdout,
    );
    expect(effects).toHaveLength(3);
    const importances = await kernelMethods('explain', 'model', 'more.csv');
    expect(importances.stdout).toContain('accuracy falls by');
    expect((await kernelMethods('show', 'model')).stdout).toContain('a linear model');
  });

  const names = ({ columns }: { columns: { name: string }[] }) => columns.map(({ name }) => name);

  it.each([
    ['predict', 'model', 'more.csv', '--out', 'unmade.csv'],
    ['fit', 'shops.csv', '--target', 'does', '--candidates', '1'],
  ])('says in a line which engine cannot be had: %s', async (...args) => {
    const { code, stderr } = await run(args, path, '', { KERNEL_METHODS_ENGINE: 'bogus' });
    expect(stderr).toBe(
      "kernel-methods: `KERNEL_METHODS_ENGINE` must be 'auto' or 'native' or 'wasm'. Received: 'bogus'.\n",
    );
    expect(code).toBe(1);
  });

  it('learns from more rows', async () => {
    const { code, stdout } = await kernelMethods(
      'update',
      'model',
      'more.csv',
      '--save',
      'updated',
    );
    expect(stdout).toContain('from 160 to 280 rows');
    expect(code).toBe(0);
    const record = JSON.parse((await kernelMethods('show', 'updated', '--json')).stdout);
    expect(record.rows).toBe(280);
    expect(record.settings.kernel).toEqual(fitted().settings.kernel);
    // An identifier that repeats in the new rows is still none of the model's columns.
    writeFileSync(
      at('again.csv'),
      readFileSync(at('more.csv'), 'utf8').replaceAll(/^shop-\d+-\d+/gm, 'shop-1-1'),
    );
    await kernelMethods('update', 'model', 'again.csv', '--save', 'same', '--quiet');
    const same = JSON.parse((await kernelMethods('show', 'same', '--json')).stdout);
    expect(same.rows).toBe(280);
    expect(names(same)).toEqual(names(fitted()));
    // Nor must the new file have it: the program takes the columns of the model from both.
    const withoutId = readFileSync(at('more.csv'), 'utf8').replaceAll(/^[^,\n]*,/gm, '');
    writeFileSync(at('no-id.csv'), withoutId);
    await kernelMethods('update', 'model', 'no-id.csv', '--save', 'lean', '--quiet');
    expect(weightsIn(at('lean'))).toEqual(weightsIn(at('same')));
    const lean = JSON.parse((await kernelMethods('show', 'lean', '--json')).stdout);
    writeFileSync(at('lean.mjs'), lean.program.replace("('model')", "('made-lean')"));
    execFileSync(process.execPath, [...nodeArgs, 'lean.mjs'], { cwd: path });
    expect(weightsIn(at('made-lean'))).toEqual(weightsIn(at('lean')));
    symlinkSync(at('more.csv'), at('more-link.csv'));
    for (const file of ['more.csv', 'more-link.csv']) {
      const twice = await kernelMethods('update', 'updated', file);
      expect(twice.code).toBe(2);
      expect(twice.stderr).toContain('rows that the model does not know yet');
    }
  });

  it('says of which file a row is, and learns from no empty one', async () => {
    const [header, ...lines] = readFileSync(at('more.csv'), 'utf8').trim().split('\n');
    const column = header.split(',').indexOf('x');
    const far = lines[1].split(',').with(column, '1e39').join(',');
    writeFileSync(at('far-more.csv'), [header, lines[0], far, ''].join('\n'));
    writeFileSync(at('header.csv'), `${header}\n`);
    for (const [file, message] of [
      ['far-more.csv', /Received: 1e\+39 in row 2 of .*far-more\.csv\./],
      ['header.csv', /must have a row whose does is known\. Received: no rows\./],
    ] as const) {
      const { code, stderr } = await kernelMethods('update', 'model', file, '--save', 'none');
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
      expect(existsSync(at('none'))).toBe(false);
    }
  });

  it('learns by saved sums, without the earlier file', async () => {
    const [header, ...lines] = readFileSync(at('shops.csv'), 'utf8').trim().split('\n');
    const parts = [lines.slice(0, 100), lines.slice(100)];
    parts.forEach((part, i) => {
      writeFileSync(at(`part${i}.csv`), `${[header, ...part].join('\n')}\n`);
    });
    const args = ['--target', 'sales', '--candidates', '1', '--drop', 'id,does', '--quiet'];
    const fit = await kernelMethods(
      ...['fit', 'part0.csv', ...args, '--save', 'sums', '--updatable'],
    );
    expect([fit.code, fit.stderr]).toEqual([0, '']);
    rmSync(at('part0.csv'));
    const { code, stdout } = await kernelMethods('update', 'sums', 'part1.csv', '--save', 'grown');
    expect(code).toBe(0);
    expect(stdout).toContain('from 100 to 160 rows');
    expect(stdout).toContain('the earlier rows were not read');
    const r2Of = async (model: string) =>
      JSON.parse((await kernelMethods('evaluate', model, 'part1.csv', '--json')).stdout).scores.r2;
    const [before, after] = [await r2Of('sums'), await r2Of('grown')];
    expect(after).toBeGreaterThan(before);
    const shown = (await kernelMethods('show', 'grown')).stdout.replaceAll(/\s+/g, ' ');
    expect(shown).toContain(
      'are of the first 100 rows; it has learned from 60 more since, and evaluate says how good it is now.',
    );
    expect((await kernelMethods('show', 'sums')).stdout).not.toContain('are of the first');
    // Once more, by the sums of both.
    const again = await kernelMethods('update', 'grown', 'more.csv');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(JSON.parse((await kernelMethods('show', 'grown', '--json')).stdout).rows).toBe(280);
  });

  it('gives intervals around numbers', async () => {
    const fit = await kernelMethods(
      'fit',
      'shops.csv',
      '--target',
      'sales',
      '--candidates',
      '1',
      '--save',
      'numbers',
      '--quiet',
    );
    expect(fit.code).toBe(0);
    expect(fit.stderr).toBe('');
    const args = ['fit', 'shops.csv', '--target', 'sales', '--candidates', '1'];
    expect((await kernelMethods(...args, '--interval', '0.995')).stderr).toContain(
      '--interval 0.995 needs the errors of 199 rows or more: of the 160 that there are, intervals have no end',
    );
    const { stdout } = await kernelMethods('evaluate', 'numbers', 'more.csv', '--json');
    const { coverage } = JSON.parse(stdout);
    expect(coverage.promised).toBe(0.9);
    // 120 rows: four standard errors are 0.11.
    expect(Math.abs(coverage.found - 0.9)).toBeLessThan(0.12);
    await kernelMethods('predict', 'numbers', 'more.csv', '--out', 'n.csv');
    expect(readFileSync(at('n.csv'), 'utf8').split('\r\n')[0]).toBe('sales,lower,upper');
  });
});

describe('what is said beside a class', () => {
  beforeAll(async () => {
    const args = ['fit', 'shops.csv', '--target', 'does', '--drop', 'sales', '--candidates', '1'];
    const unlike = [...args, '--reject', '0.9', '--interval', '0.8', '--save', 'unlike', '--json'];
    const byProbability = ['--reject-score', 'probability', '--save', 'unsure', '--quiet'];
    const [all, unsure] = [
      await kernelMethods(...unlike),
      await kernelMethods(...args, '--reject-mistakes', '0.12', ...byProbability),
    ];
    expect([all.code, all.stderr, unsure.code, unsure.stderr]).toEqual([0, '', 0, '']);
    expect(JSON.parse(all.stdout).rejecting.kept).toBeGreaterThan(0.88);
    expect(unsure.stdout).toMatch(
      /[\d.]+ % of rows get a class, and [\d.]+ % of these the right one/,
    );
    writeFileSync(at('odd.csv'), 'x,y,kind\n0,0,cafe\n60,-50,books\n');
  });

  it('is "none of these" for a row unlike all others, and a set of classes', async () => {
    expect((await kernelMethods('predict', 'unlike', 'odd.csv', '--out', 'o.csv')).code).toBe(0);
    const [header, usual, odd] = readFileSync(at('o.csv'), 'utf8').trim().split('\r\n');
    expect(header).toBe('does,p(badly),p(well),set');
    expect(usual).toMatch(/^well,.*,well$/);
    expect(odd).toMatch(/^,0/);
    const wide = ['--interval', '0.999', '--out', 'w.csv'];
    expect((await kernelMethods('predict', 'unlike', 'more.csv', ...wide)).code).toBe(0);
    const rows = readFileSync(at('w.csv'), 'utf8').trim().split('\r\n').slice(1);
    expect(rows.filter((line) => line.endsWith('badly;well')).length).toBeGreaterThan(60);
  });

  it('holds on rows that are new', async () => {
    const evaluated = await kernelMethods('evaluate', 'unlike', 'more.csv', '--json');
    const { coverage, rejecting } = JSON.parse(evaluated.stdout);
    // 120 rows: three standard errors are 0.11, and of the calibration's 160 rows 0.09.
    expect(Math.abs(coverage.found - 0.8)).toBeLessThan(0.15);
    expect(coverage.promised).toBe(0.8);
    expect(Math.abs(rejecting.kept - 0.9)).toBeLessThan(0.12);
    const sure = JSON.parse(
      (await kernelMethods('evaluate', 'unsure', 'more.csv', '--json')).stdout,
    );
    expect(sure.rejecting.right).toBeGreaterThan(sure.scores.accuracy);
    const { rejecting: saved, reading } = JSON.parse(
      (await kernelMethods('show', 'unsure', '--json')).stdout,
    );
    expect([saved.rejection.score.name, reading.rejectScore]).toEqual([
      'probability',
      'probability',
    ]);
    expect((await kernelMethods('evaluate', 'unlike', 'more.csv')).stdout).toContain(
      'classes on average, hold the truth; 80.00 % were promised.',
    );
    expect((await kernelMethods('show', 'unlike')).stdout).toContain('It may say "none of these"');
  });
});

describe('what is wrong', () => {
  beforeAll(() => {
    const rows = (cells: (i: number) => string) => Array.from({ length: 20 }, (_, i) => cells(i));
    const write = (name: string, lines: string[], encoding: BufferEncoding = 'utf8') =>
      writeFileSync(at(name), `${lines.join('\n')}\n`, encoding);
    write('infinite.csv', [
      'a,b,c',
      ...rows((i) => `${i},${i % 2 ? 'x' : 'y'},${i === 3 ? 'inf' : i}`),
    ]);
    write('huge.csv', [
      'a,b,c',
      ...rows((i) => `${i},${i % 2 ? 'x' : 'y'},${i === 4 ? '1e39' : i}`),
    ]);
    write('ragged.csv', ['a,b', '1,2', '3']);
    write('latin.csv', ['a,b', ...rows((i) => `${i},caf\xe9`)], 'latin1');
    write('weighted.csv', ['a,b,w', ...rows((i) => `${i},${i * i},${i === 3 ? 1e300 : 1}`)]);
    write('vast.csv', ['a,b', ...rows((i) => `${i},${i % 2 ? 3e38 : -3e38 + i * 1e36}`)]);
    write('two.csv', ['a,b', '1,5', '2,7', '3,5']);
    write('pair.csv', ['a,b', ...rows((i) => `${i},${i % 2 ? 5 : 7}`)]);
    write('rows.parquet', ['PAR1']);
    write('untold.csv', ['x,y,kind', '1,2,cafe']);
    write('far.csv', ['x,y,kind', '1,2,cafe', '1e39,2,cafe']);
    write('p2.csv', ['a,b', '1,2', '3,4']);
    mkdirSync(at('pages'));
  });

  it.each([
    [['fit', 'infinite.csv', '--target', 'c'], 2, 'Received: Infinity in row 4.'],
    [['fit', 'infinite.csv', '--target', 'b'], 2, 'column c must hold a number between −3.4e38'],
    [
      ['fit', 'weighted.csv', '--target', 'b', '--weights', 'w'],
      2,
      'must name a column of numbers from 0 to 1e18, not all 0. Received: w, 1e+300 in row',
    ],
    [
      ['fit', 'vast.csv', '--target', 'b', '--task', 'regression'],
      2,
      'the target must be between −1e18 and 1e18, as the squares of its errors count. Received: ',
    ],
    [['fit', 'huge.csv', '--target', 'b'], 2, 'Received: 1e+39 in row 5.'],
    [['predict', 'model', 'far.csv', '--out', 'q.csv'], 2, 'Received: 1e+39 in row 2.'],
    [
      ['fit', 'ragged.csv', '--target', 'b'],
      2,
      'line 3: a record has 1 field, and there are 2 columns. Pass --ragged pad',
    ],
    [
      ['fit', 'latin.csv', '--target', 'a'],
      2,
      'line 2: the bytes are not utf-8 text. Pass --encoding latin1',
    ],
    [
      ['fit', 'latin.csv', '--target', 'a', '--encoding', 'klingon'],
      2,
      '`--encoding` must be an encoding by its name',
    ],
    [
      ['fit', 'rows.parquet', '--target', 'a', '--separator', ';'],
      2,
      '`--separator` must be left out for a file that is not CSV',
    ],
    [['fit', 'two.csv', '--target', 'b'], 2, '--task regression takes it for a number'],
    [
      ['fit', 'pair.csv', '--target', 'b', '--metric', 'r2'],
      2,
      'with --task regression it may be this one',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--drop', 'x', '--drop', 'y'],
      2,
      '`--drop` must be given once, as --drop x,y. Received: x, then y.',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--groups', 'does'],
      2,
      '`--groups` must be another column than the target',
    ],
    [
      ['fit', 'shops.csv', '--target', 'sales', '--weights', 'sales'],
      2,
      '`--weights` must be another column than the target',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--save', 'pages', '--html', 'pages/model.json'],
      2,
      '`--html` must be another file than those of the model',
    ],
    [
      ['fit', 'shops.csv', '--target', 'sales', '--reject', '0.9'],
      2,
      '`--reject` must be left out for a regression',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--reject', '0.9', '--reject-score', 'energie'],
      2,
      '`--reject-score` must be one of relative-mahalanobis, distance, energy, margin, probability (did you mean energy?). Received: energie.',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--reject', '0.9', '--reject-mistakes', '0.1'],
      2,
      '`--reject` must be given alone',
    ],
    [
      ['predict', 'model', 'more.csv', '--interval', '1'],
      2,
      '`--interval` must be a number between 0 and 1',
    ],
    [
      ['explain', 'model', 'untold.csv'],
      2,
      'must have the column does too, to score by; with a ROW it explains',
    ],
    [
      ['evaluate', 'model', 'untold.csv'],
      2,
      'must have the column does too, to score by. Received: no does.',
    ],
    [['fit', 'shops.csv', '--target', 'doe'], 2, 'did you mean does?'],
    [['fit', 'shops.csv'], 2, '`--target` must name the column to predict, one of id, x'],
    [['fit', 'nowhere.csv', '--target', 'x'], 2, 'the file must exist. Received: nowhere.csv.'],
    [['fit', 'shops.csv', '--target', 'region'], 2, 'must have two different values'],
    [['fit', 'shops.csv', '--target', 'id'], 2, 'must have classes that several rows share'],
    [
      ['fit', 'shops.csv', '--target', 'does', '--task', 'regression'],
      2,
      '`--task` must be classification',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--metric', 'r2'],
      2,
      '`--metric` must be one of accuracy',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--save', '.'],
      2,
      '`--save` must be a new or empty folder',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--weights', 'kind'],
      2,
      '`--weights` must name a column of numbers',
    ],
    [
      ['fit', 'shops.csv', '--target', 'does', '--html', 'no/where.html'],
      2,
      '`--html` must be a file',
    ],
    [['predict', 'nowhere', 'more.csv'], 2, 'the model must be a folder'],
    [['predict', 'model', 'run.csv'], 2, 'the file must exist'],
    [['predict', 'model', 'more.csv', '--keep', 'kin'], 2, '(did you mean kind?): id, x, y'],
    [['fit', 'names.csv', '--target', 'does'], 2, 'the file must have rows'],
    [['predict', 'model', 'p2.csv', '--out', 'q.csv'], 2, 'there is no column "x"'],
    [['explain', 'model', 'more.csv', '0'], 2, 'the row must be a number from 1 to 120'],
    [['serve', 'model', 'model'], 2, 'different names'],
    [['fits', 'a.csv'], 2, 'did you mean fit?'],
    [['fit', 'shops.csv', '--tim', '5s'], 2, 'did you mean --time?'],
  ])('%j ends with %i in one line', async (args, code, message) => {
    const ran = await kernelMethods(...(args as string[]));
    expect(ran.stderr).toContain(message);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).toMatch(/^kernel-methods: /);
    expect(ran.code).toBe(code);
    expect(existsSync(at('q.csv'))).toBe(false);
  });
});
