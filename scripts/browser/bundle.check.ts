import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../setup.js';
import { makeBrowserProject } from './project.ts';

const project = makeBrowserProject();
afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

describe.each(['simd', 'backend-simd'])('the browser bundle of %s', async (name) => {
  const { code, warnings } = await bundle(`@kernel-methods/${name}`);
  const gzipped = code.reduce((sum, text) => sum + gzipSync(text).length, 0) / 1000;

  test('is as small as its README says', () => {
    const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
    const stated = Number(/browser bundle[^.]*? at most (\d+) kB gzipped/.exec(readme)?.[1]);
    expect(gzipped).toBeLessThanOrEqual(stated);
    // Far below the limit, the README is out of date.
    expect(gzipped).toBeGreaterThan(0.7 * stated);
  });

  test('needs nothing of Node’s and knows no path', () => {
    expect(warnings).toEqual([]);
    for (const text of code) {
      expect(text).not.toMatch(/node:|\brequire\b|\bfs\b|file:|worker_threads|\bprocess\b/);
      expect(text).not.toContain(project);
      expect(text).not.toContain(root);
    }
  });
});

/** All that a package exports, minified, its worker too; tfjs left out. */
async function bundle(name: string) {
  const warnings: string[] = [];
  const entry = join(project, `${name.replace(/\W/g, '-')}.js`);
  writeFileSync(entry, `export * from '${name}';\n`);
  const { output } = (await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        external: /^@tensorflow/,
        preserveEntrySignatures: 'strict',
        onLog: (_, { message }) => void warnings.push(message),
      },
    },
  })) as Rolldown.RolldownOutput;
  const code = output.map((file) => (file.type === 'chunk' ? file.code : String(file.source)));
  return { code, warnings };
}
