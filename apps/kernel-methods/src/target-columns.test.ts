import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { done, inProcess } from './fixtures/in-process.ts';
import { nodeArgs } from './fixtures/run.ts';
import { placesCsv, temporaryBesidePackages } from './fixtures/tables.ts';
import { weightsIn } from './fixtures/weights.ts';
import { Metrics } from './serve/metrics.ts';
import { ServedModels } from './serve/served-models.ts';
import { createServer } from './serve/server.ts';

const folder = temporaryBesidePackages();
const { at } = folder;
const jsonOf = async (...args: string[]) => JSON.parse(await done(...args, '--json'));
const labels = ['far', 'north', 'west cafe'];
const target = labels.join(',');
const fit = ['--candidates', '1'];
const rowsOf = (csv: string) =>
  csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
const written = (name: string, header: string, rows: readonly (readonly string[])[]) =>
  writeFileSync(at(name), `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`);

/** The same places twice: with a column of lists, and with a column of 0 and 1 for each label. */
function writePlaces(name: string, rows: number, seed: number) {
  const lists = placesCsv(rows, seed, { separator: ';' });
  writeFileSync(at(`${name}-lists.csv`), lists);
  const apart = rowsOf(lists).map(([x, y, kind, tags]) => {
    const own = tags.split(';');
    return [...labels.map((label) => (own.includes(label) ? '1' : '0')), x, y, kind];
  });
  written(`${name}.csv`, `${target},x,y,kind`, apart);
  return apart;
}

const before = process.cwd();
let places: string[][];
beforeAll(async () => {
  process.chdir(folder.path);
  places = writePlaces('places', 160, 1);
  writePlaces('more', 120, 2);
  const files = ['--save', 'model', '--program', 'program.ts', '--html', 'page.html'];
  const args = ['--target', target, ...fit, ...files, '--updatable'];
  writeFileSync(at('fit.json'), JSON.stringify(await jsonOf('fit', 'places.csv', ...args)));
}, 120_000);
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const fitted = () => JSON.parse(readFileSync(at('fit.json'), 'utf8'));

describe('fit --target of several columns', () => {
  it('makes the model of a column of lists', async () => {
    const args = ['--target', 'tags', '--task', 'multilabel', '--save', 'lists'];
    const { scores, classes } = await jsonOf('fit', 'places-lists.csv', ...args, ...fit);
    expect(fitted().scores).toEqual(scores);
    expect(fitted().classes).toEqual(classes);
    expect(fitted()).toMatchObject({ target, targetColumns: labels, task: 'multilabel' });
    expect(fitted().columns.map(({ name }: { name: string }) => name)).toEqual(['x', 'y', 'kind']);
    expect(await done('show', 'model')).toContain(`${target}: multilabel, from 160 rows`);
    expect(readFileSync(at('page.html'), 'utf8')).toContain('west cafe');
  });

  it('writes a program that makes the same model', () => {
    const text = readFileSync(at('program.ts'), 'utf8');
    // The model that is compared was saved with its sums.
    const saving = "fileSystem('made'), { includeState: true }";
    writeFileSync(at('run.mjs'), text.replace("fileSystem('model')", saving));
    execFileSync(process.execPath, [...nodeArgs, 'run.mjs'], { cwd: folder.path });
    expect(weightsIn(at('made'))).toEqual(weightsIn(at('model')));
  });

  it('takes blanks, truth values, weights and another sign, and so does its program', async () => {
    // No row is known in all columns; the first two are in none.
    const rows = places.map(([far, north, , ...rest], row) => [
      row < 2 || row % 5 === 0 ? '' : far,
      row < 2 ? '' : row % 5 === 0 ? 'true' : north === '1' ? 'true' : 'false',
      '',
      ...[...rest, `${1 + (row % 2)}`],
    ]);
    written('blanks.csv', 'a;b,north,never,x,y,kind,weight', rows);
    const args = ['--target', 'a;b, north, never', '--label-separator', '|', '--weights', 'weight'];
    const files = ['--save', 'blanks', '--program', 'blanks.ts', '--json'];
    const { code, stdout } = await inProcess(['fit', 'blanks.csv', ...args, ...fit, ...files]);
    expect(code).toBe(0);
    const { notes, classes, rows: known } = JSON.parse(stdout);
    expect([known, classes]).toEqual([158, ['a;b', 'north']]);
    expect(notes).toContain('2 rows without a target are left out.');
    expect(notes).toContain('never is 0 in all rows, and never predicted.');
    expect(notes).toContain('a blank beside a 0 or 1 is taken for 0, in 158 rows.');
    const text = readFileSync(at('blanks.ts'), 'utf8');
    // Node strips no types below node_modules.
    const plain = text.replace(' as Float64Array', '').replace("'model'", "'made-blanks'");
    writeFileSync(at('blanks.mjs'), plain);
    execFileSync(process.execPath, [...nodeArgs, 'blanks.mjs'], { cwd: folder.path });
    expect(weightsIn(at('made-blanks'))).toEqual(weightsIn(at('blanks')));
    await done('predict', 'blanks', 'blanks.csv', '--out', 'blanks-said.csv', '--quiet');
    const [header, ...said] = readFileSync(at('blanks-said.csv'), 'utf8').trim().split('\r\n');
    expect(header).toBe('a;b,north,never,p(a;b),p(north)');
    expect(said.every((line) => /^[01],[01],0,/.test(line))).toBe(true);
    expect(said.some((line) => line.startsWith('1,1,0,'))).toBe(true);
  });

  it.each([
    ['far,north,far', [], '`--target` must name each column once. Received: far,north,far.'],
    ['far,nort', [], '`--target` must name a column of the file (did you mean north?)'],
    ['far,', [], '`--target` must name a column of the file'],
    [
      'far,x',
      [],
      'column x must hold 0 or 1, true or false, or blanks, as one of several targets. Received: ',
    ],
    [
      'north,kind',
      [],
      `column kind must hold 0 or 1, true or false, or blanks, as one of several targets. Received: `,
    ],
    [
      target,
      ['--task', 'classification'],
      '`--task` must be multilabel for a target of several columns. Received: classification.',
    ],
    [
      target,
      ['--label-separator', ' '],
      'must have names without " ", which stands between labels: --label-separator says another sign. Received: west cafe.',
    ],
    [target, ['--drop', 'north'], '`--drop` must leave the target. Received: north.'],
    [target, ['--groups', 'far'], '`--groups` must be another column than the target.'],
    [target, ['--interval', '0.9'], '`--interval` must be left out for several labels per row'],
    [target, ['--reject', '0.9'], '`--reject` must be left out for several labels per row'],
  ])('refuses %s with %j', async (columns, more, message) => {
    const args = ['fit', 'places.csv', '--target', columns, ...fit, '--quiet', ...more];
    const { code, stderr } = await inProcess(args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('names the row and the value of a cell that is neither 0 nor 1', async () => {
    written('wrong.csv', `${target},x,y,kind`, [
      ...places,
      ...places.slice(0, 3).map(([far, , ...rest]) => [far, '2', ...rest]),
    ]);
    const { stderr } = await inProcess(['fit', 'wrong.csv', '--target', target, ...fit, '--quiet']);
    expect(stderr).toContain('column north must hold 0 or 1');
    expect(stderr).toContain('Received: 2 in row 161.');
  });

  it('refuses columns of which one alone has a 1', async () => {
    written(
      'zero.csv',
      'a,b,x',
      [...Array(40).keys()].map((i) => [`${i % 2}`, '0', `${i % 7}`]),
    );
    const { code, stderr } = await inProcess(['fit', 'zero.csv', '--target', 'a,b', ...fit]);
    expect(stderr).toContain(
      'must be two or more with a 1 in some row. Received: a,b, with 1 such',
    );
    expect(code).toBe(2);
  });

  it('takes a column whose own name has a comma for one', async () => {
    const rows = rowsOf(readFileSync(at('places-lists.csv'), 'utf8'));
    written('comma.csv', 'x,y,kind,"tags, all"', rows);
    const args = ['--target', 'tags, all', '--task', 'multilabel', ...fit, '--save', 'comma'];
    const { classes, scores } = await jsonOf('fit', 'comma.csv', ...args);
    expect(classes).toEqual(labels);
    expect(scores).toEqual(fitted().scores);
    const told = await jsonOf('evaluate', 'comma', 'comma.csv');
    expect(told.rows).toBe(160);
  });
});

describe('a model of several columns', () => {
  it('predicts the same columns of 0 and 1, and needs none of them', async () => {
    const rows = rowsOf(readFileSync(at('more.csv'), 'utf8'));
    written(
      'inputs.csv',
      'x,y,kind',
      rows.map((row) => row.slice(3)),
    );
    for (const file of ['more.csv', 'inputs.csv']) {
      await done('predict', 'model', file, '--out', `said-${file}`, '--quiet');
    }
    const said = readFileSync(at('said-more.csv'), 'utf8');
    expect(readFileSync(at('said-inputs.csv'), 'utf8')).toBe(said);
    expect(said.split(/\r?\n/)[0]).toBe(`${target},p(far),p(north),p(west cafe)`);
    const told = rowsOf(said);
    for (const row of told) {
      expect(row.slice(0, 3)).toEqual(
        row.slice(3).map((share) => (Number(share) > 0.5 ? '1' : '0')),
      );
    }
    const right = told.filter((row, i) => labels.every((_, c) => row[c] === rows[i][c]));
    expect(right.length / rows.length).toBeGreaterThan(0.75);
    // Evaluate and fit read what is predicted.
    await done(
      'predict',
      'model',
      'more.csv',
      '--keep',
      'x,y,kind',
      '--out',
      'as-said.csv',
      '--quiet',
    );
    const { scores } = await jsonOf('evaluate', 'model', 'as-said.csv');
    expect(scores).toMatchObject({ accuracy: 1, f1Micro: 1 });
  });

  it('names columns that are kept and those that are predicted apart', async () => {
    await done('predict', 'model', 'more.csv', '--keep', 'far', '--out', 'kept.csv', '--quiet');
    expect(readFileSync(at('kept.csv'), 'utf8')).toMatch(
      /^far,predicted far,north,west cafe,p\(far\),/,
    );
  });

  it('is scored by a file with its columns, and says which is missing', async () => {
    const found = await jsonOf('evaluate', 'model', 'more.csv');
    expect(found).toEqual(await jsonOf('evaluate', 'lists', 'more-lists.csv'));
    expect(found.scores.f1Micro).toBeGreaterThan(0.9);
    expect(await done('explain', 'model', 'more.csv')).toContain('accuracy falls by');
    const rows = rowsOf(readFileSync(at('more.csv'), 'utf8'));
    written(
      'lacking.csv',
      'far,west cafe,x,y,kind',
      rows.map(([far, , ...rest]) => [far, ...rest]),
    );
    for (const command of ['evaluate', 'explain']) {
      const { code, stderr } = await inProcess([command, 'model', 'lacking.csv']);
      expect(stderr).toContain('the file must have the column north too');
      expect(code).toBe(2);
    }
    written(
      'unknown.csv',
      `${target},x,y,kind`,
      rows.map((row) => ['', '', '', ...row.slice(3)]),
    );
    const { stderr } = await inProcess(['evaluate', 'model', 'unknown.csv']);
    expect(stderr).toContain(`must have a row whose ${target} is known`);
  });

  it('is served, and described', async () => {
    const models = await ServedModels.open([at('model')]);
    const app = createServer({
      ...{ models, metrics: new Metrics() },
      ...{ mostRows: 10, mostMegabytes: 1, concurrency: 4 },
    });
    try {
      const payload = { x: -2, y: 2, kind: 'cafe' };
      const answer = await app.inject({ method: 'POST', url: '/predict', payload });
      expect(answer.json().prediction).toEqual(labels);
      const csv = await app.inject({
        ...{ method: 'POST', url: '/predict', payload: 'x,y,kind\n-2,2,cafe\n' },
        headers: { 'content-type': 'text/csv' },
      });
      expect(csv.body).toMatch(/^far,north,west cafe,p\(far\),.*\r\n1,1,1,0\./);
      const { components, paths } = (await app.inject('/openapi.json')).json();
      expect(paths['/predict'].post.summary).toContain(`Predicts ${target}: `);
      expect(Object.keys(components.schemas['model.row'].properties)).toEqual(['x', 'y', 'kind']);
      expect(components.schemas['model.answer'].properties.prediction).toEqual({
        type: 'array',
        items: { enum: labels },
        uniqueItems: true,
        description: `the columns that are 1, of ${labels.join(', ')}`,
      });
    } finally {
      await app.close();
      models.dispose();
    }
  });

  it('learns from more rows by its sums, and by training anew', async () => {
    const sums = await jsonOf('update', 'model', 'more.csv', '--save', 'sums');
    expect([sums.rows, sums.hasSums]).toEqual([280, true]);
    const args = ['--with', 'places.csv', '--save', 'anew'];
    const anew = await jsonOf('update', 'model', 'more.csv', ...args);
    expect(anew).toMatchObject({ rows: 280, target, targetColumns: labels });
    expect(anew.program).toContain("targets = ['far', 'north', 'west cafe']");
    for (const model of ['sums', 'anew']) {
      const { scores } = await jsonOf('evaluate', model, 'more.csv');
      expect(scores.f1Micro).toBeGreaterThan(0.9);
    }
    const blank = await inProcess(['update', 'model', 'unknown.csv', ...args]);
    expect(blank.stderr).toContain(`must have a row whose ${target} is known`);
    const { stderr } = await inProcess(['update', 'model', 'wrong.csv', ...args]);
    expect(stderr).toContain('Received: 2 in row 161 of wrong.csv.');
  });
});
