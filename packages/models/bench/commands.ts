import { fileURLToPath } from 'node:url';
import type { Engine } from '../../simd/bench/engines.ts';
import type { Command, Lab } from './contest.ts';

type Options = Readonly<Record<string, string | number>>;

const toArgs = (options: Options) =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** The same on one of simd's engines. Undefined if that is not there. */
export const onEngine = (engine: Engine, lab: Lab, command: Command) =>
  engine === 'native' && !lab.native
    ? undefined
    : { ...command, environment: { KERNEL_METHODS_ENGINE: engine } };

/** One of our programs beside this file. */
export const program = (lab: Lab, name: string, options: Options): Command =>
  node(lab, new URL(`programs/${name}.ts`, import.meta.url), { data: lab.data, ...options });

/** One of Python's. */
export const python = (lab: Lab, name: string, options: Options): Command => ({
  program: lab.python,
  args: [
    fileURLToPath(new URL(`peers/${name}.py`, import.meta.url)),
    ...toArgs({ data: lab.data, ...options }),
  ],
});

/** The command line program of this repository. */
export function mnistBench(lab: Lab, options: Options): Command {
  const json = `${lab.folder}/mnist-bench.json`;
  const main = new URL('../../../apps/mnist-bench/src/main.ts', import.meta.url);
  return { ...node(lab, main, { dataset: 'mnist', data: lab.data, json, ...options }), json };
}

const node = ({ wide }: Lab, file: URL, options: Options): Command => ({
  program: process.execPath,
  args: [
    ...(wide ? ['--experimental-wasm-revectorize'] : []),
    '--conditions=@kernel-methods/source',
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(file),
    ...toArgs(options),
  ],
});
