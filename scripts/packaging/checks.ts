import { join, relative } from 'node:path';
import { build } from 'vite';
import { pinnedNode } from '../setup.js';
import { toolCommand } from '../tool.js';
import { command } from './command.ts';
import { ownFaults } from './declarations.ts';
import type { Project } from './project.ts';

/** Runs a snippet in Node. */
export async function runSnippet({ folder }: Project, file: string): Promise<void> {
  await command([pinnedNode, [file]], folder, { seconds: 60 });
}

/**
 * Type-checks all snippets, and our declarations as installed. Errors in the declarations of
 * others do not count.
 */
export async function typeFaults({ folder }: Project): Promise<string[]> {
  return ownFaults(toolCommand('typescript', 'tsc', ['-p', folder]), folder);
}

/** Builds a snippet for the browser with vite; returns what vite warns of. */
export async function buildFaults({ folder }: Project, file: string): Promise<string[]> {
  const faults: string[] = [];
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'esnext',
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      rolldownOptions: {
        input: join(folder, file),
        onLog: (level, { message }) => {
          if (level === 'warn') faults.push(message.replaceAll(folder, ''));
        },
      },
    },
  });
  return faults;
}

/**
 * Runs a snippet in Node as one bundled file: what a package does when it is imported (registers
 * a layer, a loss) must not be shaken off, so `sideEffects` must list it.
 */
export async function runBundled({ folder }: Project, file: string): Promise<void> {
  const outDir = join(folder, 'bundled', file);
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    // tfjs stays outside: its wasm backend finds its binary beside itself, which a bundle is not.
    ssr: { noExternal: [/kernel-methods/] },
    build: { ssr: join(folder, file), outDir, target: 'esnext' },
  });
  await command([pinnedNode, [join(outDir, file.replace(/ts$/, 'js'))]], folder, { seconds: 60 });
}

/** publint and are-the-types-wrong on a tarball. */
export async function publishFaults(tarball: string): Promise<void> {
  const cwd = join(tarball, '..');
  const file = relative(cwd, tarball);
  await command(toolCommand('publint', 'publint', ['run', file, '--strict']), cwd);
  const attw = ['--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'ascii', file];
  await command(toolCommand('@arethetypeswrong/cli', 'attw', attw), cwd);
}
