import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build as esbuild } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import webpack from 'webpack';
import { pinnedNode } from '../../setup.js';
import { command } from '../command.ts';
import { pack } from '../pack.ts';
import { makeProject } from '../project.ts';
import { published, withOurs } from '../workspace.ts';

// `import '@kernel-methods/features'` registers the layers: no bundler may drop it.
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-bundlers-')));
afterAll(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));

const name = '@kernel-methods/features';
const tarballs = new Map<string, string>();
for (const one of published.filter(({ manifest }) => withOurs(name).has(manifest.name))) {
  tarballs.set(one.manifest.name, await pack(one, join(temporary, 'tarballs')));
}
const code = `import '@tensorflow/tfjs-backend-cpu';
import '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import { models } from '@tensorflow/tfjs-layers';
const config = { name: 'map', inputDim: 2, outputDim: 4, batchInputShape: [null, 2] };
const modelTopology = { class_name: 'Sequential', config: { name: 'm', layers: [
  { class_name: 'RandomFourierFeatures', config },
] } };
const model = await models.modelFromJSON({ modelTopology });
console.log(model.predict(tf.zeros([1, 2])).shape.join());
`;
const { folder } = await makeProject(
  join(temporary, 'project'),
  [name],
  [{ line: 1, code, run: true, browser: true }],
  tarballs,
);
writeFileSync(join(folder, 'entry.js'), code);

const bundlers: Record<string, (outfile: string) => Promise<unknown>> = {
  esbuild: (outfile) =>
    esbuild({
      entryPoints: [join(folder, 'entry.js')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      // Its package.json calls its entry for Node free of side effects; it is not ours to test.
      external: ['@tensorflow/*'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      outfile,
    }),
  webpack: async (filename) => {
    const stats = await promisify(
      (options: webpack.Configuration, done: (e: Error | null, s?: webpack.Stats) => void) =>
        webpack(options, done),
    )({
      mode: 'production',
      target: 'node',
      externals: [/^@tensorflow\//],
      externalsType: 'module',
      context: folder,
      entry: './entry.js',
      experiments: { outputModule: true },
      output: { path: folder, filename: filename.slice(folder.length + 1), module: true },
    });
    if (stats?.hasErrors()) throw new Error(stats.toString('errors-only'));
  },
};

test.each(Object.keys(bundlers))('%s keeps the registration of layers', async (bundler) => {
  const outfile = join(folder, `${bundler}.mjs`);
  await bundlers[bundler](outfile);
  const { stdout } = await command([pinnedNode, [outfile]], folder, { seconds: 60 });
  expect(stdout.trim()).toBe('1,4');
});
