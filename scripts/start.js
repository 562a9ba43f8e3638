// `npm start`: sets up what is missing, then runs the main job from its sources; with a word first,
// `npm start -- fit data.csv …`, the command kernel-methods.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appFor } from './app-for.js';
import { howToHaveIt, isBuilt } from './native.js';
import { run } from './run.js';
import { pinnedNode, root, SetupError, setup } from './setup.js';

/** Where `module.enableCompileCache` has it too. */
const compileCache = join(tmpdir(), 'node-compile-cache');

try {
  await setup();
  if (!isBuilt()) console.error(howToHaveIt());
  process.exitCode = await run(
    pinnedNode,
    [
      '--conditions=@kernel-methods/source',
      ...wideVectors(),
      join(root, appFor(process.argv[2]), 'src/main.ts'),
      ...process.argv.slice(2),
    ],
    {
      cwd: process.env.INIT_CWD ?? process.cwd(),
      // Node keeps the compiled modules, with their types stripped, so the second start is faster.
      env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache },
    },
  );
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** V8's flag for 256-bit vectors. The pinned Node has it; where it means nothing it is left out. */
function wideVectors() {
  return process.arch === 'x64' ? ['--experimental-wasm-revectorize'] : [];
}
