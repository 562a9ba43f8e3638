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
const kernelMethods = (...args: string[]) => inProcess(args);
const several = ['--target', 'tags', '--task', 'multilabel', '--candidates', '1'];
/** The predictions for a file, as CSV: they go to the process's own output, unless to a file. */
const predicted = async (model: string, file: string) => {
  await done('predict', model, file, '--out', 'said.csv', '--quiet');
  return readFileSync(at('said.csv'), 'utf8').replaceAll('\r\n', '\n');
};
const linesOf = (csv: string) => csv.trim().split('\n').slice(1);

const before = process.cwd();
beforeAll(async () => {
  process.chdir(folder.path);
  writeFileSync(at('places.csv'), placesCsv(160, 1));
  writeFileSync(at('more.csv'), placesCsv(120, 2));
  const files = ['--save', 'model', '--program', 'program.ts', '--html', 'page.html'];
  const fitted = await done('fit', 'places.csv', ...several, ...files, '--updatable', '--json');
  writeFileSync(at('fit.json'), fitted);
}, 120_000);
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const fitted = () => JSON.parse(readFileSync(at('fit.json'), 'utf8'));

describe('fit --task multilabel', () => {
  it('is better than a linear model, and that than the labels of most rows', () => {
    const { scores, metric, classes, labelSeparator, rows } = fitted();
    expect([metric, classes, labelSeparator]).toEqual([
      'f1Micro',
      ['far', 'north', 'west cafe'],
      ';',
    ]);
    // A row without labels is a row all the same.
    expect(linesOf(readFileSync(at('places.csv'), 'utf8')).some((line) => line.endsWith(','))).toBe(
      true,
    );
    expect(rows).toBe(160);
    expect(scores.chosen.mean).toBeGreaterThan(scores.linear.mean + 0.05);
    expect(scores.linear.mean).toBeGreaterThan(scores.baseline.mean + 0.05);
    expect(scores.chosen.scores).toHaveLength(5);
  });

  it('writes a program that makes the same model', () => {
    const text = readFileSync(at('program.ts'), 'utf8');
    // The model that is compared was saved with its sums.
    const saving = "fileSystem('made'), { includeState: true }";
    writeFileSync(at('run.mjs'), text.replace("fileSystem('model')", saving));
    execFileSync(process.execPath, [...nodeArgs, 'run.mjs'], { cwd: folder.path });
    expect(weightsIn(at('made'))).toEqual(weightsIn(at('model')));
  });

  it('has a page with the scores of each label', () => {
    const page = readFileSync(at('page.html'), 'utf8');
    for (const text of ['F1 (micro)', 'The labels of most rows', 'west cafe', 'Precision']) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('What was taken for what');
  });

  it('takes another sign between labels, numbers as labels, and another metric', async () => {
    const numbered = placesCsv(80, 3, { separator: '|' })
      .replaceAll('far', '1')
      .replaceAll('north', '2')
      .replaceAll('west cafe', '3');
    writeFileSync(at('bars.csv'), numbered);
    const args = ['--label-separator', '|', '--metric', 'negHammingLoss', '--json'];
    const told = JSON.parse(await done('fit', 'bars.csv', ...several, ...args, '--save', 'bars'));
    expect(told.classes).toEqual(['1', '2', '3']);
    expect(told.scores.chosen.mean).toBeGreaterThan(-0.2);
    const predictions = linesOf(await predicted('bars', 'bars.csv'));
    expect(predictions.some((line) => line.startsWith('1|2,'))).toBe(true);
  });

  it('notes that no row has more than one label', async () => {
    const args = ['--label-separator', '/', '--json'];
    const { notes } = JSON.parse(
      (await kernelMethods('fit', 'places.csv', ...several, ...args)).stdout,
    );
    expect(notes.join()).toContain('no row of tags has more than one label: if "/"');
  });

  it.each([
    [['--interval', '0.9'], '`--interval` must be left out for several labels per row'],
    [['--reject', '0.9'], '`--reject` must be left out for several labels per row'],
    [['--metric', 'r2'], '`--metric` must be one of f1Micro'],
    [
      ['--target', 'x'],
      'must have labels that several rows share. Received: x, with 159 labels in 160 rows',
    ],
    [['--target', 'kinds'], 'there is no column "kinds"'],
    [['--label-separator', 'and'], "`--label-separator` must be one character, or 'tab'"],
    [
      ['--task', 'classification', '--label-separator', ';'],
      'must be given with --task multilabel',
    ],
  ])('refuses %j', async (args, message) => {
    const given = several.filter((_, i) => !args.includes(several[i - (i % 2)]));
    const { code, stderr } = await kernelMethods('fit', 'places.csv', ...given, ...args, '--quiet');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('scores also where no row of a part has some label', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, i) => `${Math.sin(i * i)},${i % 6},${1 + (i % 2)},`,
    );
    const tags = (i: number) => [
      ...(Math.sin(i * i) > 0 ? ['up'] : []),
      ...(i === 1 ? ['rare'] : []),
    ];
    const rows = lines.map((line, i) => `${line}${tags(i).join(';')}`);
    writeFileSync(at('rare.csv'), `x,group,weight,tags\n${rows.join('\n')}\n`);
    const args = ['--groups', 'group', '--weights', 'weight', '--json'];
    const { scores, classes } = JSON.parse(await done('fit', 'rare.csv', ...several, ...args));
    expect(classes).toEqual(['rare', 'up']);
    expect(scores.chosen.scores).toHaveLength(5);
    expect(scores.chosen.mean).toBeGreaterThan(0.8);
  });

  it('refuses a target of one label', async () => {
    writeFileSync(at('one.csv'), `x,tags\n${'1,a\n2,\n'.repeat(20)}`);
    const { code, stderr } = await kernelMethods('fit', 'one.csv', ...several, '--quiet');
    expect(code).toBe(2);
    expect(stderr).toContain('must have two labels or more, with ";" between those of a row');
  });
});

describe('a model of several labels', () => {
  it('predicts lists with a probability for each label', async () => {
    const text = await predicted('model', 'more.csv');
    expect(text.split('\n')[0]).toBe('tags,p(far),p(north),p(west cafe)');
    const names = ['far', 'north', 'west cafe'];
    const truth = linesOf(readFileSync(at('more.csv'), 'utf8')).map((line) => line.split(',')[3]);
    let same = 0;
    for (const [i, line] of linesOf(text).entries()) {
      const [tags, ...shares] = line.split(',');
      expect(tags).toBe(names.filter((_, c) => Number(shares[c]) > 0.5).join(';'));
      same += Number(tags === truth[i].replaceAll('; ', ';'));
    }
    // No sum of three probabilities is meant to be 1, and most lists are right as a whole.
    expect(same / truth.length).toBeGreaterThan(0.75);
  });

  it('is scored by F1 and the Hamming loss, and so is each label', async () => {
    const { scores, perClass, classes, rows } = JSON.parse(
      await done('evaluate', 'model', 'more.csv', '--json'),
    );
    const said = linesOf(await predicted('model', 'more.csv'));
    const truth = linesOf(readFileSync(at('more.csv'), 'utf8'));
    let [hits, claimed, there, wrong] = [0, 0, 0, 0];
    for (const [i, line] of truth.entries()) {
      const own = new Set(line.split(',')[3].split('; ').filter(Boolean));
      const told = new Set(said[i].split(',')[0].split(';').filter(Boolean));
      for (const label of classes) {
        hits += Number(own.has(label) && told.has(label));
        wrong += Number(own.has(label) !== told.has(label));
      }
      claimed += told.size;
      there += own.size;
    }
    expect(rows).toBe(120);
    expect(scores.f1Micro).toBeCloseTo((2 * hits) / (claimed + there), 9);
    expect(scores.negHammingLoss).toBeCloseTo(-wrong / (120 * 3), 9);
    const mean = perClass.reduce((sum: number, { f1 }: { f1: number }) => sum + f1, 0) / 3;
    expect(scores.f1Macro).toBeCloseTo(mean, 9);
    expect(
      perClass.map(({ rows }: { rows: number }) => rows).reduce((a: number, b: number) => a + b),
    ).toBe(there);
    expect(await done('evaluate', 'model', 'more.csv')).toMatch(
      /Hamming loss +0\.\d+, less is better\n(.*\n)*.*west cafe/,
    );
  });

  it('misses labels that it does not know', async () => {
    writeFileSync(
      at('new.csv'),
      readFileSync(at('more.csv'), 'utf8').replaceAll('far', 'far; new'),
    );
    const known = JSON.parse(await done('evaluate', 'model', 'more.csv', '--json'));
    const { perClass, scores } = JSON.parse(await done('evaluate', 'model', 'new.csv', '--json'));
    const stranger = perClass.find(({ label }: { label: string }) => label === 'new');
    expect(stranger.rows).toBe(known.perClass[0].rows);
    expect(stranger.recall).toBe(0);
    expect(scores.f1Micro).toBeLessThan(known.scores.f1Micro - 0.1);
  });

  it('is served as JSON and CSV, and described', async () => {
    const metrics = new Metrics();
    const models = await ServedModels.open([at('model')]);
    const app = createServer({
      ...{ models, metrics },
      ...{ mostRows: 10, mostMegabytes: 1, concurrency: 4 },
    });
    try {
      const row = { x: -2, y: 2, kind: 'cafe' };
      const none = { x: 0.1, y: 0, kind: 'shop' };
      const answer = await app.inject({ method: 'POST', url: '/predict', payload: [row, none] });
      const [first, second] = answer.json().predictions;
      expect(first.prediction).toEqual(['far', 'north', 'west cafe']);
      expect(first.probabilities.far).toBeGreaterThan(0.5);
      expect(second.prediction).toEqual([]);
      const csv = await app.inject({
        ...{ method: 'POST', url: '/predict', payload: 'x,y,kind\n-2,2,cafe\n' },
        headers: { 'content-type': 'text/csv' },
      });
      expect(csv.body).toContain('far;north;west cafe,');
      const { components } = (await app.inject('/openapi.json')).json();
      expect(components.schemas['model.answer'].properties.prediction).toEqual({
        type: 'array',
        items: { enum: ['far', 'north', 'west cafe'] },
        uniqueItems: true,
      });
    } finally {
      await app.close();
      models.dispose();
    }
  });

  it('says what it goes by, and of a row that it cannot', async () => {
    expect(await done('show', 'model')).toContain('tags: multilabel, from 160 rows');
    expect(await done('explain', 'model', 'more.csv')).toContain('accuracy falls by');
    const { code, stderr } = await kernelMethods('explain', 'model', 'more.csv', '1');
    expect(code).toBe(2);
    expect(stderr).toContain('must give each row one class or number');
    const interval = await kernelMethods('predict', 'model', 'more.csv', '--interval', '0.9');
    expect(interval.stderr).toContain('`--interval` must be left out');
  });

  it('learns from more rows by its sums, and by training anew', async () => {
    const sums = JSON.parse(await done('update', 'model', 'more.csv', '--save', 'sums', '--json'));
    expect([sums.rows, sums.hasSums]).toEqual([280, true]);
    const args = ['--with', 'places.csv', '--save', 'anew', '--json'];
    const anew = JSON.parse(await done('update', 'model', 'more.csv', ...args));
    expect(anew.rows).toBe(280);
    expect(anew.scores.chosen.mean).toBeGreaterThan(fitted().scores.linear.mean);
    for (const model of ['sums', 'anew']) {
      const { scores } = JSON.parse(await done('evaluate', model, 'more.csv', '--json'));
      expect(scores.f1Micro).toBeGreaterThan(0.9);
    }
  });
});
