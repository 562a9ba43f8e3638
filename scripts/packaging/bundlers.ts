import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import commonjsPlugin from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { type OutputOptions, type Plugin, rollup } from 'rollup';
import { type Rolldown, build as vite } from 'vite';
import webpack from 'webpack';
import { pinnedNode } from '../setup.js';
import { command } from './command.ts';
import type { Project } from './project.ts';

interface Work {
  folder: string;
  entry: string;
  outfile: string;
}

// Its types describe its CommonJS build.
const commonjs = commonjsPlugin as unknown as () => Plugin;

async function byRollup({ entry }: Work, output: OutputOptions): Promise<void> {
  const plugins = [nodeResolve({ browser: true }), commonjs()];
  // What rollup warns of is how tfjs is written.
  const bundle = await rollup({ input: entry, plugins, onwarn: () => {} });
  await bundle.write({ ...output, format: 'es' });
  await bundle.close();
}

const byVite = ({ folder, entry, outfile }: Work, output: Rolldown.OutputOptions) =>
  vite({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: join(outfile, '..'),
      emptyOutDir: false,
      target: 'esnext',
      modulePreload: false,
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      rolldownOptions: { input: entry, output: { entryFileNames: basename(outfile), ...output } },
    },
  });

/** Each builds the entry, tfjs included, for the browser, as one file. */
export const bundlers: Record<string, (work: Work) => Promise<unknown>> = {
  esbuild: ({ entry, outfile }) =>
    esbuild({
      entryPoints: [entry],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
      outfile,
    }),
  rollup: (work) => byRollup(work, { file: work.outfile, inlineDynamicImports: true }),
  vite: (work) => byVite(work, { codeSplitting: false }),
  async webpack({ folder, entry, outfile }) {
    const run = promisify(
      (options: webpack.Configuration, done: (e: Error | null, s?: webpack.Stats) => void) =>
        webpack(options, done),
    );
    const stats = await run({
      mode: 'production',
      target: ['web', 'es2022'],
      context: folder,
      entry,
      performance: false,
      // What is unused goes all the same.
      optimization: { minimize: false },
      experiments: { outputModule: true },
      output: { path: join(outfile, '..'), filename: basename(outfile), module: true },
    });
    if (stats?.hasErrors()) throw new Error(stats.toString('errors-only'));
  },
};

/** The same with a chunk for each import that is made late, as most programs are built. */
export const splitting: Record<string, (work: Work) => Promise<unknown>> = {
  'rollup, in chunks': (work) =>
    byRollup(work, { dir: join(work.outfile, '..'), entryFileNames: basename(work.outfile) }),
  'vite, in chunks': (work) => byVite(work, {}),
};

/**
 * Bundles a program that loads a saved model after a bare import of a package, and runs it: the
 * registration of the layers must not be shaken off.
 *
 * @returns the shape of a prediction
 */
export async function loadBundled(
  project: Project,
  name: string,
  bundler: string,
): Promise<string> {
  const label = `${bundler}-${name.replace(/\W+/g, '-')}`;
  return runBundle(project, label, program(name), bundler);
}

async function runBundle(
  { folder }: Project,
  label: string,
  text: string,
  bundler: string,
): Promise<string> {
  const work = {
    folder,
    entry: join(folder, `${label}.js`),
    outfile: join(folder, 'bundles', label, `${label}.mjs`),
  };
  mkdirSync(join(folder, 'bundles', label), { recursive: true });
  writeFileSync(work.entry, text);
  await { ...bundlers, ...splitting }[bundler](work);
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(asInBrowser)}`,
    work.outfile,
  ];
  const { stdout } = await command([pinnedNode, args], folder, { seconds: 60 });
  return stdout.trim();
}

/** Programs that await a fit at their top level, which needs what is loaded when it is used. */
export const awaited: Record<string, string> = {
  landmarks: `import { nystroem } from '@kernel-methods/features';
const map = { features: nystroem({ outputDim: 8 }) };
const fitted = await new KernelRidge(map).fit(rows, targets);`,
  components: `import { pca } from '@kernel-methods/features';
const map = { features: [pca({ outputDim: 2 }), 'gaussian'] };
const fitted = await new KernelRidge(map).fit(rows, targets);`,
  'a table': `import { Table } from '@kernel-methods/tables';
const table = Table.fromRows(rows.map(([a, b, c]) => ({ a, b, c })));
const fitted = await new KernelRidge().fit(table, 'c');`,
};

/**
 * Bundles a program that awaits a fit at its top level, and runs it. A chunk that imports the
 * program's own would wait for it for ever: Node then ends with an error.
 *
 * @returns why the fit stopped
 */
export async function fitAwaited(project: Project, what: string, bundler: string): Promise<string> {
  const label = `await-${bundler}-${what.replace(/\W+/g, '-')}`;
  return runBundle(
    project,
    label,
    `import '@tensorflow/tfjs-backend-cpu';
import { KernelRidge } from '@kernel-methods/models';

const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(2 * i), i % 3]);
const targets = rows.map(([a, b]) => a + b);
${awaited[what]}
console.log(fitted.stopped);
`,
    bundler,
  );
}

/** As much of a browser as tfjs looks for, and nothing of Node. */
const asInBrowser = [
  'globalThis.window = globalThis.self = globalThis',
  'globalThis.document = { createElement: () => ({}) }',
  'delete globalThis.process',
].join(';');

const program = (name: string) => `import '@tensorflow/tfjs-backend-cpu';
import '${name}';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

await tf.setBackend('cpu');
const config = { name: 'map', outputDim: 4, batch_input_shape: [null, 2] };
const modelTopology = {
  class_name: 'Sequential',
  config: { name: 'm', layers: [{ class_name: 'RandomFourierFeatures', config }] },
};
const model = await loadLayersModel(tf.io.fromMemory({ modelTopology }));
console.log(model.predict(tf.zeros([1, 2])).shape.join());
`;
