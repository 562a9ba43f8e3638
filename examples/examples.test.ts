import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

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

it('choosing-a-scale', async () => {
  expect(figure(await run('choosing-a-scale.ts'), 'were not used')).toBeGreaterThan(0.9);
});

it('streaming-a-million-rows', async () => {
  const output = await run('streaming-a-million-rows.ts', '8000', '256');
  expect(figure(output, 'other rows')).toBeGreaterThan(0.5);
  expect(figure(output, 'peak memory')).toBeGreaterThan(10);
});

it('save-in-node-load-in-a-page', async () => {
  expect(await run('save-in-node-load-in-a-page.ts')).toMatch(/(\d+) of \1 predictions/);
});
