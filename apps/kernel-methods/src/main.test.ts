import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, nodeArgs, run, start } from './fixtures/run.ts';
import { temporary, writeShops } from './fixtures/tables.ts';

// Where the program that a fit writes finds the packages, and where no linter looks.
const parent = join(import.meta.dirname, '../node_modules/.tests');
mkdirSync(parent, { recursive: true });
const folder = temporary(parent);
const { at, path } = folder;
const kernelMethods = (...args: string[]) => run(args, path);

beforeAll(async () => {
  writeShops(at('shops.csv'), 240, 1);
  writeShops(at('more.csv'), 120, 2);
  const fitted = await kernelMethods(
    ...['fit', 'shops.csv', '--target', 'does', '--drop', 'sales', '--candidates', '3'],
    ...['--save', 'model', '--program', 'program.ts', '--html', 'report.html', '--json'],
  );
  writeFileSync(at('fit.json'), fitted.stdout);
  expect(fitted.stderr).toBe('');
  expect(fitted.code).toBe(0);
}, 120_000);
afterAll(folder.remove);

const fitted = () => JSON.parse(readFileSync(at('fit.json'), 'utf8'));
const bytesOf = (model: string) =>
  readdirSync(at(model))
    .filter((name) => name.endsWith('.bin'))
    .map((name) => readFileSync(join(at(model), name)).toString('base64'));

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
      ...['fit', 'shops.csv', '--target', 'does', '--drop', 'sales', '--candidates', '3'],
      ...['--save', 'again', '--quiet'],
    );
    expect(again.code).toBe(0);
    expect(bytesOf('again')).toEqual(bytesOf('model'));
  });

  it('writes a program that makes the same model', async () => {
    writeFileSync(
      at('run.mjs'),
      readFileSync(at('program.ts'), 'utf8').replace("'model'", "'made'"),
    );
    execFileSync(process.execPath, [...nodeArgs, 'run.mjs'], { cwd: path });
    expect(bytesOf('made')).toEqual(bytesOf('model'));
  });

  it('keeps scores in --results, and goes on from them', async () => {
    const args = [
      'fit',
      'shops.csv',
      '--target',
      'does',
      '--candidates',
      '2',
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

  it('evaluates, explains and shows', async () => {
    const evaluated = JSON.parse(
      (await kernelMethods('evaluate', 'model', 'more.csv', '--json')).stdout,
    );
    expect(evaluated.rows).toBe(120);
    expect(evaluated.scores.accuracy).toBeGreaterThan(0.8);
    const right = evaluated.confusion[0][0] + evaluated.confusion[1][1];
    expect(right / 120).toBeCloseTo(evaluated.scores.accuracy, 6);
    const { effects } = JSON.parse(
      (await kernelMethods('explain', 'model', 'more.csv', '4', '--json')).stdout,
    );
    expect(effects).toHaveLength(3);
    const importances = await kernelMethods('explain', 'model', 'more.csv');
    expect(importances.stdout).toContain('score falls by');
    expect((await kernelMethods('show', 'model')).stdout).toContain('a linear model');
  });

  it('learns from more rows', async () => {
    const { code, stdout } = await kernelMethods(
      'update',
      'model',
      'more.csv',
      '--save',
      'updated',
    );
    expect(stdout).toContain('from 240 to 360 rows');
    expect(code).toBe(0);
    const record = JSON.parse((await kernelMethods('show', 'updated', '--json')).stdout);
    expect(record.rows).toBe(360);
    expect(record.settings.kernel).toEqual(fitted().settings.kernel);
    const twice = await kernelMethods('update', 'updated', 'more.csv');
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain('rows that the model does not know yet');
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
    const { stdout } = await kernelMethods('evaluate', 'numbers', 'more.csv', '--json');
    const { coverage } = JSON.parse(stdout);
    expect(coverage.promised).toBe(0.9);
    // 120 rows: four standard errors are 0.11.
    expect(Math.abs(coverage.found - 0.9)).toBeLessThan(0.12);
    const predicted = await kernelMethods('predict', 'numbers', 'more.csv');
    expect(predicted.stdout.split('\r\n')[0]).toBe('sales,lower,upper');
  });
});

describe('what is wrong', () => {
  it.each([
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
    [['predict', 'model', 'more.csv', '--keep', 'z'], 2, '`--keep` must name columns'],
    [['predict', 'model', 'p2.csv', '--out', 'q.csv'], 2, 'there is no column "x"'],
    [['explain', 'model', 'more.csv', '0'], 2, 'the row must be a number from 1 to 120'],
    [['serve', 'model', 'model'], 2, 'different names'],
    [['fits', 'a.csv'], 2, 'did you mean fit?'],
    [['fit', 'shops.csv', '--tim', '5s'], 2, 'did you mean --time?'],
  ])('%j ends with %i in one line', async (args, code, message) => {
    if (args.includes('p2.csv')) writeFileSync(at('p2.csv'), 'a,b\n1,2\n3,4\n');
    const ran = await kernelMethods(...(args as string[]));
    expect(ran.stderr).toContain(message);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).toMatch(/^kernel-methods: /);
    expect(ran.code).toBe(code);
    expect(existsSync(at('q.csv'))).toBe(false);
  });
});
