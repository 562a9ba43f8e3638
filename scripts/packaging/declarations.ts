import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolCommand } from '../tool.js';
import { command } from './command.ts';
import type { Project } from './project.ts';

/**
 * The TypeScript versions that the declarations are for: the first that is promised, the last one
 * before typed arrays became generic, the last in JavaScript, and the one that we use.
 */
export const typescripts = {
  '5.4': 'typescript-5.4',
  '5.5': 'typescript-5.5',
  '5.9': 'typescript-5.9',
  7: 'typescript',
};

/**
 * Checks our declarations as installed, all of them, by another TypeScript, under the strictest
 * settings that a user may have. Errors in the declarations of others do not count.
 */
export async function declarationFaults(
  { folder }: Project,
  names: string[],
  version: keyof typeof typescripts,
): Promise<string[]> {
  const entry = `declarations-${version}.ts`;
  const code = names.map((name, i) => `export * as p${i} from '${name}';\n`).join('');
  writeFileSync(join(folder, entry), code);
  const config = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
  config.files = [entry];
  Object.assign(config.compilerOptions, {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
  });
  const file = join(folder, `declarations-${version}.json`);
  writeFileSync(file, JSON.stringify(config));
  return ownFaults(toolCommand(typescripts[version], 'tsc', ['-p', file]), folder);
}

/** The errors of a run of tsc that are not in the declarations of others. */
export async function ownFaults(
  [file, args]: ReturnType<typeof toolCommand>,
  folder: string,
): Promise<string[]> {
  const output = await command([file, [...args, '--pretty', 'false']], folder).then(
    () => '',
    (error: Error) => error.message,
  );
  const faults = output.split('\n').filter((line) => /error TS\d+/.test(line));
  if (output && faults.length === 0) return [output];
  return faults.filter((line) => !/node_modules\/(?!@?kernel-methods)/.test(line));
}
