import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutput } from '@kernel-methods/report';
import { afterAll, expect, it } from 'vitest';
import { fakeComparison, fakeRun } from '../results/fake-runs.ts';
import { tell } from './tell.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist-bench tell '));
afterAll(() => rmSync(folder, { recursive: true }));

it('prints and writes all that can be written, and names each option that could not', async () => {
  // They became folders after they were tried.
  mkdirSync(join(folder, 'json'));
  mkdirSync(join(folder, 'svg'));
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    write(text: string) {
      written[name] += text;
    },
  });
  const comparison = fakeComparison([
    fakeRun({ variant: 'one' }),
    fakeRun({ variant: 'two', accuracy: 0.9, processSeconds: 2 }),
  ]);
  const paths = Object.fromEntries(
    ['json', 'csv', 'markdown', 'svg', 'html'].map((name) => [name, join(folder, name)]),
  );
  const told = tell(
    comparison,
    { ...paths, sort: 'accuracy' },
    createOutput(stream('out'), stream('err'), {}),
  );
  await expect(told).rejects.toThrow(`\`--json\` could not be written, ${folder}/json: EISDIR`);
  expect(written.err).toContain(`\`--svg\` could not be written, ${folder}/svg: EISDIR`);
  expect(written.out).toMatch(/^● one .*\n● two /m);
  for (const name of ['csv', 'markdown', 'html']) {
    expect(readFileSync(join(folder, name), 'utf8')).toContain('two');
    expect(written.out).toContain(`Written: ${join(folder, name)}`);
  }
  expect(readdirSync(folder).sort()).toEqual(['csv', 'html', 'json', 'markdown', 'svg']);
});
