import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pinnedNode } from '../setup.js';
import { command } from './command.ts';
import type { Project } from './project.ts';

/** How each runs a program, with as few permissions as it can. Those that are not on the PATH are skipped. */
export const runtimes: Record<string, string[]> = {
  bun: ['run'],
  // Neither --allow-sys nor --allow-env: what they guard is not needed.
  deno: ['run', '--no-prompt', '--allow-read', '--node-modules-dir=manual'],
};

export function findRuntime(name: string): string | undefined {
  const files = process.platform === 'win32' ? [`${name}.exe`] : [name];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => files.map((file) => join(folder, file)))
    .find((path) => existsSync(path));
}

/** Fits and asks models of the umbrella, on the CPU; returns what the program says. */
export async function fitIn({ folder }: Project, runtime: string, path: string): Promise<string> {
  writeFileSync(join(folder, 'runtime.mjs'), program);
  const args = [...runtimes[runtime], 'runtime.mjs'];
  const { stdout } = await command([path, args], folder, { seconds: 60 });
  return stdout.trim();
}

/** As Jest has it, and everything else that is CommonJS; the oldest Node that can is 20.19. */
export async function requireIn({ folder }: Project, names: string[]): Promise<string> {
  const code = names.map((name) => `typeof require('${name}')`).join(', ');
  writeFileSync(join(folder, 'common.cjs'), `console.log([${code}].join());\n`);
  const { stdout } = await command([pinnedNode, ['common.cjs']], folder, { seconds: 60 });
  return stdout.trim();
}

const program = `import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { KernelRidge, KernelSVM } from 'kernel-methods';
tf.enableProdMode();
await tf.setBackend('cpu');
const x = Array.from({ length: 40 }, (_, i) => [Math.sin(1.3 * i) + 3 * (i % 2), Math.cos(2.1 * i)]);
const y = x.map((_, i) => (i % 2 ? 'odd' : 'even'));
const scores = [];
for (const model of [new KernelSVM({ epochs: 20 }), new KernelRidge({ task: 'classification' })]) {
  await model.fit(x, y);
  scores.push(await model.score(x, y));
  model.dispose();
}
console.log(scores.every((score) => score > 0.9));
`;
