import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type Extractor, embeddingClassifier } from './sentence-embeddings.ts';

const run = async (name: string, ...args: string[]) => {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const options = ['--conditions=@kernel-methods/source', '--disable-warning=ExperimentalWarning'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    ...options,
    file,
    ...args,
  ]);
  expect(stderr).toBe('');
  return stdout;
};

/** The number after a text. */
const figure = (text: string, behind: string) =>
  Number(new RegExp(`${behind}\\D*([\\d.]*\\d)`).exec(text)?.[1]);

it('quasi-svm', async () => {
  const output = await run('quasi-svm.ts', '--quick');
  expect(output.match(/^epoch /gm)).toHaveLength(20);
  expect(figure(output, 'test accuracy')).toBeGreaterThan(0.5);
});

it('svm-head-on-a-network', async () => {
  const output = await run('svm-head-on-a-network.ts', '--quick');
  expect(output.match(/: test accuracy 0\.\d{4}/g)).toHaveLength(2);
});

it('regression-with-uncertainty', async () => {
  const lines = (await run('regression-with-uncertainty.ts')).trimEnd().split('\n');
  const std = (x: string) => Number(lines.find((line) => line.trim().startsWith(x))?.split('±')[1]);
  // The deviation is larger where there are no points.
  expect(std('5.60 ')).toBeGreaterThan(1.3 * std('2.08 '));
});

it('ranges-and-labels', async () => {
  const output = await run('ranges-and-labels.ts');
  expect(Math.abs(figure(output, 'quantile 0.95') - 0.95)).toBeLessThan(0.04);
  expect(Math.abs(figure(output, 'In its range') - 0.9)).toBeLessThan(0.05);
  expect(output).toContain('Labels of [-0.8, 0.7]: north, remote, sea.');
  expect(figure(output, 'F1 of labels')).toBeGreaterThan(0.9);
});

it('choosing-a-scale', async () => {
  expect(figure(await run('choosing-a-scale.ts'), 'were not used')).toBeGreaterThan(0.9);
});

it('streaming-a-million-rows', async () => {
  const output = await run('streaming-a-million-rows.ts', '8000', '256');
  expect(figure(output, 'other rows')).toBeGreaterThan(0.5);
  expect(figure(output, 'peak memory')).toBeGreaterThan(10);
});

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
// Three processes start at once, which takes long on a machine that does other work, too.
const slack = { timeout: 240_000 };
it.skipIf(!hasRedis)(
  'ten-million-rows (skipped where there is no redis-server)',
  slack,
  async () => {
    const output = await run('ten-million-rows.ts', '40000', '128', '2');
    expect(figure(output, 'other rows')).toBeGreaterThan(0.5);
    expect(output).toContain('train: 100 of 100 shards');
    expect(output).toMatch(/40000 rows in/);
  },
);

it('save-in-node-load-in-a-page', async () => {
  expect(await run('save-in-node-load-in-a-page.ts')).toMatch(/(\d+) of \1 predictions/);
});

it('none-of-these', async () => {
  const output = await run('none-of-these.ts');
  expect(figure(output, 'named correctly')).toBeGreaterThan(85);
  expect(figure(output, 'strangers, found')).toBeGreaterThan(90);
  expect(output).toContain('apple, and none of these');
  expect(figure(output, 'without labels')).toBeGreaterThan(90);
});

it('true-probabilities', async () => {
  const output = await run('true-probabilities.ts');
  const truth = figure(output, 'In truth');
  expect(figure(output, 'left out: said')).toBeGreaterThan(2 * truth);
  for (const way of ['sigmoid', 'isotonic']) {
    expect(Math.abs(figure(output, `${way}: said`) - truth)).toBeLessThan(2);
  }
});

it('sentence-embeddings, with a fake network', async () => {
  const sizes: number[] = [];
  const extractor: Extractor = async (texts) => {
    sizes.push(texts.length);
    const data = texts.flatMap((text) => (text.includes('song') ? [1, 0, 0] : [0, 0.6, 0.8]));
    return { data, dims: [texts.length, 3] };
  };
  const texts = Array.from({ length: 100 }, (_, i) => (i % 2 ? `song ${i}` : `alarm ${i}`));
  const labels = texts.map((text) => text.split(' ')[0]);
  const classifier = await embeddingClassifier(extractor, texts, labels);
  expect(await classifier.predict(['a song', 'an alarm'])).toEqual(['song', 'alarm']);
  expect(sizes).toEqual([64, 36, 2]);
  classifier.dispose();
});
