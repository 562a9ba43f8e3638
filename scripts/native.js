// `npm run native`: builds the native engine for this machine with cargo, unless it is there and its sources are the
// same. `npm run native -- --sanitize` runs the crate's tests under AddressSanitizer and Miri instead, where a nightly
// Rust has them. Plain JavaScript for Node 20.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
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

const hasCargo = () => cargo(['--version'], 'ignore').status === 0;

/** How to have the engine, for those who do not. */
export const howToHaveIt = () =>
  `There is no native engine: ${hasCargo() ? '' : 'install Rust (https://rustup.rs) and '}run \`npm run native\`.`;

const isFile = (/** @type {string} */ path) =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** Whether there is an engine, of whatever sources. */
export const isBuilt = () => isFile(addon);

/** Whether the engine is built, from the sources as they are, and still as it was built. */
const isCurrent = () =>
  isBuilt() && isFile(stamp) && readFileSync(stamp, 'utf8') === stampOf(hashOfSources());

/** What the sources were, and what was built from them. */
const stampOf = (/** @type {string} */ sources) =>
  `${sources} ${createHash('sha256').update(readFileSync(addon)).digest('hex')}`;

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
    rmSync(addon, { force: true, recursive: true });
    const message = `The native engine is not built: ${why}. WebAssembly runs instead.`;
    return { ready: false, failed: false, message };
  };
  if (!hasCargo()) {
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
  if (!isBuilt()) rmSync(addon, { force: true, recursive: true });
  renameSync(next, addon);
  writeFileSync(stamp, stampOf(wanted));
  return { ready: true, failed: false, message: 'The native engine is built.' };
}

/** The crate's tests that Miri can run in minutes: what is unsafe in our own code, without vectors of more than 128 bits. */
const FOR_MIRI = ['memory', 'pool', 'edges'];

/**
 * Runs the crate's tests under AddressSanitizer with each set of instructions, and under Miri. Says in a line each what is
 * skipped, and why.
 *
 * @returns {boolean} whether all that ran passed
 */
function sanitize() {
  const nightly = spawnSync('rustc', ['+nightly', '-vV'], { encoding: 'utf8' });
  const target = /^host: (.+)$/m.exec(nightly.stdout ?? '')?.[1];
  if (nightly.status !== 0 || target === undefined) {
    console.log(
      'Sanitizers are skipped: there is no nightly Rust (rustup toolchain install nightly).',
    );
    return true;
  }
  let passed = true;
  const test = (/** @type {string[]} */ args, /** @type {Record<string, string>} */ env) => {
    passed = cargo(['+nightly', ...args], 'inherit', env).status === 0 && passed;
  };
  if (/linux|darwin/.test(target)) {
    for (const most of target.startsWith('x86_64')
      ? ['avx512', 'avx2', 'baseline']
      : ['baseline']) {
      console.log(`AddressSanitizer, at most ${most}:`);
      test(['test', '--locked', '--target', target], {
        RUSTFLAGS: '-Zsanitizer=address',
        KERNEL_METHODS_INSTRUCTIONS: most,
        CARGO_TARGET_DIR: join(crate, 'target', 'sanitize'),
      });
    }
  } else {
    console.log(`AddressSanitizer is skipped: Rust has none for ${target}.`);
  }
  const miri = cargo(['+nightly', 'miri', '--version'], 'ignore').status === 0;
  if (miri)
    test(['miri', 'test', '--locked', '--', ...FOR_MIRI], {
      MIRIFLAGS: '-Zmiri-permissive-provenance',
    });
  else
    console.log(
      'Miri is skipped: it is not installed (rustup +nightly component add miri rust-src).',
    );
  return passed;
}

/**
 * @param {string[]} args @param {'ignore' | 'pipe' | 'inherit'} output
 * @param {Record<string, string>} [own] variables of the environment
 */
function cargo(args, output, own) {
  const env = { ...process.env, CARGO_TARGET_DIR: join(crate, 'target'), ...own };
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
  if (process.argv.includes('--sanitize')) {
    if (!sanitize()) process.exitCode = 1;
  } else {
    const { ready, message } = buildNative();
    console.log(message);
    if (!ready) process.exitCode = 1;
  }
}
