// `npm run native`: builds the native engine for this machine with cargo, unless it is there and its sources are the
// same. Plain JavaScript for Node 20.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.js';

const crate = join(root, 'packages', 'native');
/** Where the loader of packages/native looks first. */
const addon = join(crate, `native.${process.platform}-${process.arch}.node`);
const stamp = `${addon}.sources`;
const built = { win32: 'kernel_methods_native.dll', darwin: 'libkernel_methods_native.dylib' };

/** How to have the engine, for those who do not. */
export const howToHaveIt =
  'There is no native engine: install Rust (https://rustup.rs) and run `npm run native`.';

/** Whether there is an engine, of whatever sources. */
export const isBuilt = () => existsSync(addon);

/** Whether the engine is built, from the sources as they are. */
const isCurrent = () =>
  existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources();

/**
 * Builds the engine where it is stale.
 *
 * @returns {{ ready: boolean, failed: boolean, message: string }} `failed`: the sources do not compile; where `ready`
 * is false without that, the machine cannot build them.
 */
export function buildNative() {
  if (isCurrent()) return { ready: true, failed: false, message: 'The native engine is current.' };
  const missing = (/** @type {string} */ why) => {
    // One of other sources must not run instead.
    rmSync(addon, { force: true });
    const message = `The native engine is not built: ${why}. WebAssembly runs instead.`;
    return { ready: false, failed: false, message };
  };
  if (cargo(['--version'], 'ignore').status !== 0) {
    return missing(`there is no cargo (https://rustup.rs)`);
  }
  // Elsewhere than what follows, so that a registry that cannot be reached is no fault of the sources.
  const fetched = cargo(['fetch', '--locked', '--quiet'], 'pipe');
  if (fetched.status !== 0) {
    return missing(`cargo cannot fetch its crates (${lastLine(fetched.stderr)})`);
  }
  const wanted = hashOfSources();
  const { status } = cargo(['build', '--release', '--locked', '--offline'], 'inherit');
  if (status !== 0) {
    return {
      ready: false,
      failed: true,
      message: 'The native engine does not compile (see above).',
    };
  }
  const library = built[/** @type {'win32'} */ (process.platform)] ?? 'libkernel_methods_native.so';
  // By renaming: a process that has the old one open keeps it.
  const next = `${addon}.${process.pid}`;
  copyFileSync(join(crate, 'target', 'release', library), next);
  renameSync(next, addon);
  writeFileSync(stamp, wanted);
  return { ready: true, failed: false, message: 'The native engine is built.' };
}

/** @param {string[]} args @param {'ignore' | 'pipe' | 'inherit'} output */
function cargo(args, output) {
  const env = { ...process.env, CARGO_TARGET_DIR: join(crate, 'target') };
  return spawnSync('cargo', args, {
    cwd: crate,
    env,
    encoding: 'utf8',
    stdio: ['ignore', output, output],
  });
}

/** @param {string} text */
const lastLine = (text) => text.trim().split('\n').at(-1)?.trim() ?? '';

function hashOfSources() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const kernels = readdirSync(join(crate, 'engine'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rs'))
    .sort()
    .map((name) => join(crate, 'engine', name));
  const files = ['Cargo.toml', 'Cargo.lock', 'build.rs'].map((name) => join(crate, name));
  for (const file of [...files, ...kernels]) {
    hash.update(relative(crate, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ready, message } = buildNative();
  console.log(message);
  if (!ready) process.exitCode = 1;
}
