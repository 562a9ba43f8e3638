// Builds the package in the working directory: `src` to `dist`. The declarations keep the comments,
// which editors show. The JavaScript drops them, and its source maps lead from line to line only:
// the commented source is published beside it, and maps of columns are longer than the code.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { run } from './run.js';
import { toolCommand } from './tool.js';

const cwd = process.cwd();
const javaScript = ['--declaration', 'false', '--declarationMap', 'false', '--removeComments'];

rmSync('dist', { recursive: true, force: true }); // with the outputs of sources that are gone
process.exitCode =
  (await compile('--emitDeclarationOnly')) || (await compile('--noCheck', ...javaScript));
if (process.exitCode === 0) {
  for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.js.map')) mapLines(join('dist', file));
  }
}

function compile(...options: string[]): Promise<number> {
  const command = toolCommand('typescript', 'tsc', ['-p', 'tsconfig.build.json', ...options]);
  return run(...command, { cwd });
}

/** Leaves the first mapping of each line in a source map. */
function mapLines(path: string): void {
  const { version, sources, mappings } = JSON.parse(readFileSync(path, 'utf8'));
  const lines = decode(mappings).map((segments) => segments.slice(0, 1));
  writeFileSync(path, JSON.stringify({ version, sources, names: [], mappings: encode(lines) }));
}
