// Builds the command in the working directory: `src/main.ts` to `dist`, with the private packages in
// it. What its manifest names as dependencies stays outside, and is loaded when it is used.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { dependencies, peerDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
await build({
  // What a worker of `--machines` reads rows with is a module of its own.
  entryPoints: { main: 'src/main.ts', rows: 'src/data/far-rows.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => [
    name,
    `${name}/*`,
  ]),
  // A stack still names what it came from.
  keepNames: true,
});
