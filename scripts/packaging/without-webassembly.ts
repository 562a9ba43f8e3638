import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pinnedNode } from '../setup.js';
import { toolCommand } from '../tool.js';
import { command } from './command.ts';
import type { Project } from './project.ts';

/**
 * Where WebAssembly cannot run: each runs the program below and returns what it prints. workerd comes from npm, as one
 * of its platforms' packages.
 */
export const withoutWebAssembly: Record<string, (project: Project) => Promise<string>> = {
  'Node, WebAssembly deleted': (project) =>
    runInNode(project, ['--import', 'data:text/javascript,delete globalThis.WebAssembly']),
  'Node --jitless': (project) => runInNode(project, ['--jitless']),
  workerd: runInWorkerd,
};

/** Why workerd cannot run here; undefined where it can. */
export async function missingWorkerd(folder: string): Promise<string | undefined> {
  try {
    await command(toolCommand('workerd', 'workerd', ['--version']), folder, { seconds: 20 });
    return undefined;
  } catch (error) {
    return String(error)
      .split('\n')
      .find((line) => line.trim() !== '');
  }
}

async function runInNode({ folder }: Project, flags: string[]): Promise<string> {
  writeFileSync(join(folder, 'plain.mjs'), `${program}\nconsole.log(await train());\n`);
  const { stdout } = await command([pinnedNode, [...flags, 'plain.mjs']], folder);
  return stdout.trim();
}

async function runInWorkerd({ folder }: Project): Promise<string> {
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const test = 'export default { test: async () => console.log(await train()) };';
  write('workerd.mjs', `${program}\n${test}\n`);
  await build({
    entryPoints: [join(folder, 'workerd.mjs')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['workerd', 'browser'],
    logLevel: 'silent',
    outfile: join(folder, 'workerd-bundle.mjs'),
  });
  write(
    'workerd.capnp',
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "main", esModule = embed "workerd-bundle.mjs")],
  compatibilityDate = "2026-01-01",
))]);
`,
  );
  const run = toolCommand('workerd', 'workerd', ['test', 'workerd.capnp']);
  const { stdout } = await command(run, folder);
  return stdout.trim();
}

/** Trains by most solvers, and says how the kernels ran and whether all was learnt. */
const program = `import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as km from 'kernel-methods';

async function train() {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const x = Array.from({ length: 40 }, (_, i) => [Math.sin(1.3 * i) + 3 * (i % 2), Math.cos(2.1 * i)]);
  const y = x.map((_, i) => (i % 2 ? 'odd' : 'even'));
  const features = [km.standardize(), km.pca({ outputDim: 2 }), km.nystroem({ outputDim: 10 })];
  const options = { outputDim: 32, scale: 1, seed: 1 };
  const models = [
    ...['adam', 'sgd', 'newton'].map(
      (solver) => new km.KernelLogisticRegression({ ...options, solver, epochs: 100, batchSize: 8 }),
    ),
    new km.KernelSVM({ ...options, solver: 'smo', loss: 'hinge', l2: 0.01 }),
    new km.KernelRidge({ ...options, task: 'classification' }),
    new km.KernelRidge({ features, task: 'classification' }),
  ];
  let worst = 1;
  for (const model of models) {
    await model.fit(x, y);
    worst = Math.min(worst, await model.score(x, y));
    model.dispose();
  }
  const classifier = new km.ExamplesClassifier({ outputDim: 32 });
  x.forEach((row, i) => classifier.addExample(row, y[i]));
  const learnt = worst > 0.9 && (await classifier.predictClass(x[1])).label === 'odd';
  return JSON.stringify({ variant: km.getSimd().variant, learnt });
}`;
