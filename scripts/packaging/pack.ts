import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pnpmCommand } from '../setup.js';
import { command } from './command.ts';
import type { WorkspacePackage } from './workspace.ts';

/** Packs a package with pnpm, as a release does. Returns the tarball's path. */
export async function pack({ folder }: WorkspacePackage, destination: string): Promise<string> {
  mkdirSync(destination, { recursive: true });
  const args = ['pack', '--json', '--pack-destination', destination];
  const { stdout } = await command(pnpmCommand(args), folder);
  const { filename } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  return resolve(folder, filename);
}
