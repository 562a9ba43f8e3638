#!/usr/bin/env node
// `kernel-methods`: starts the command, which is a package of its own, so that programs which import
// this one install no HTTP framework. It is taken from beside this package or from the working
// directory; where it is not installed, npx gets it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const name = '@kernel-methods/command';
const installed = findInstalled([import.meta.url, pathToFileURL(join(process.cwd(), 'x.js')).href]);
if (installed !== undefined) await import(pathToFileURL(installed).href);
else getByNpx();

/** The command's file, seen from the first of some places from which it is found. */
function findInstalled(places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      const manifest = createRequire(place).resolve(`${name}/package.json`);
      const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
      return join(dirname(manifest), bin['kernel-methods']);
    } catch {
      // Not from here.
    }
  }
  return undefined;
}

/** npx asks before it installs, and keeps what it has installed. */
function getByNpx(): void {
  const isWindows = process.platform === 'win32';
  const child = spawn(isWindows ? 'npx.cmd' : 'npx', [name, ...process.argv.slice(2)], {
    stdio: 'inherit',
    shell: isWindows,
  });
  const help = () => {
    process.stderr.write(
      `kernel-methods: the command is a package of its own: npm install ${name}\n`,
    );
  };
  child.once('error', () => {
    help();
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    // npm's own failure, as without a network.
    if (code === 1) help();
    process.exitCode = code ?? 1;
  });
  // Ctrl-C in a terminal reaches the child by itself.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
}
