import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pinnedNode } from '../setup.js';
import { command } from './command.ts';
import type { Project } from './project.ts';

/** What a bundle may leave outside: Next's `serverExternalPackages`, or the modules that a hot reload leaves alone. */
export const bundlesTwice: Record<string, readonly string[]> = {
  'with tfjs in each bundle': [],
  'with one tfjs': ['@tensorflow/*'],
};

/**
 * Evaluates a bundle of the umbrella twice in one process, as Next does for its pages, its routes and each reload; both
 * copies train and load.
 *
 * @returns what each copy says, and what was written to the console beyond what tfjs alone writes.
 */
export async function evaluateTwice(
  { folder }: Project,
  external: readonly string[],
): Promise<{ results: string[]; written: string[] }> {
  const run = async (label: string, source: string) => {
    const bundle = `${label}-${external.length}.bundle.mjs`;
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
    write(`${label}.mjs`, source);
    await build({
      entryPoints: [join(folder, `${label}.mjs`)],
      bundle: true,
      external: [...external],
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      // tfjs asks for modules of Node by `require`.
      banner: { js: withRequire },
      logLevel: 'silent',
      outfile: join(folder, bundle),
    });
    write(`${label}-run.mjs`, runner(`./${bundle}`));
    const { stdout } = await command([pinnedNode, [`${label}-run.mjs`]], folder);
    return JSON.parse(stdout) as { results: string[]; written: string[] };
  };
  const alone = new Set((await run('twice-tfjs', tfjsAlone)).written);
  const { results, written } = await run('twice', program);
  return { results, written: written.filter((line) => !alone.has(line)) };
}

const withRequire =
  "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);";

const tfjsAlone = `import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
export const result = async () => tf.tidy(() => tf.zeros([1]).shape.join());
`;

// Models are disposed of: two copies of tfjs give their variables the same names, which it refuses.
const program = `import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { KernelRidge } from 'kernel-methods';

export async function result() {
  const ridge = new KernelRidge({ outputDim: 16, scale: 1, l2: 1e-3 });
  await ridge.fit([[0], [1], [2], [3]], [0, 1, 2, 3]);
  const predicted = Math.round((await ridge.predict([[1]]))[0]);
  let artifacts;
  await ridge.save(tf.io.withSaveHandler(async (saved) => {
    artifacts = saved;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  }));
  ridge.dispose();
  const model = await loadLayersModel(tf.io.fromMemory(artifacts));
  const shape = tf.tidy(() => model.predict(tf.zeros([1, 1])).shape.join());
  model.dispose();
  return [tf.getBackend(), shape, predicted].join(' ');
}
`;

const runner = (bundle: string) => `const written = [];
for (const kind of ['log', 'info', 'warn', 'error', 'debug']) {
  console[kind] = (...parts) => written.push(parts.join(' '));
}
const results = [];
for (const copy of [1, 2]) results.push(await (await import('${bundle}?' + copy)).result());
process.stdout.write(JSON.stringify({ results, written }));
`;
