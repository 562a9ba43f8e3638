import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, workspaceFolders } from './fingerprint.js';
import { withLock } from './lock.js';
import { npmCommand } from './npx.js';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const modules = join(root, 'node_modules');
const stamp = join(modules, '.setup-stamp');
const executable = process.platform === 'win32' ? 'node.exe' : 'node';

/** The Node that everything here runs on: the npm package `node`, whatever the machine has. */
export const pinnedNode = join(modules, 'node', 'bin', executable);

/**
 * Installs what is missing: nothing is done when node_modules is already what the lock file and
 * the manifests say. Safe against being killed (the stamp is written last, and at once) and
 * against a second setup at the same time (one waits for the other).
 */
export async function setup() {
  if (isFresh()) return;
  await withLock(
    join(modules, '.setup-lock'),
    async () => {
      if (isFresh()) return; // another process did it while this one waited
      const first = !existsSync(pinnedNode);
      say(`Setting up (${first ? 'first run: about a minute' : 'the dependencies changed'})…`);
      const started = performance.now();
      const wanted = fingerprint(root);
      rmSync(stamp, { force: true });
      await install();
      writeFileSync(`${stamp}.new`, wanted);
      renameSync(`${stamp}.new`, stamp);
      say(`Set up in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    },
    () => say('Waiting for another setup to end…'),
  );
}

/** The environment of what runs after the setup: the pinned Node and the tools come first. */
export function toolEnvironment() {
  const env = { ...process.env };
  // On Windows the variable may be spelled "Path", and two spellings must not both be passed on.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  env[name] = [dirname(pinnedNode), join(modules, '.bin'), env[name]].join(delimiter);
  return env;
}

/** The command of pnpm in the version that package.json pins. @param {string[]} args */
export function pnpmCommand(args) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return npmCommand('npx', ['--yes', packageManager, ...args]);
}

function isFresh() {
  try {
    if (readFileSync(stamp, 'utf8') !== fingerprint(root)) return false;
  } catch {
    return false;
  }
  return existsSync(pinnedNode) && workspaceFolders(root).every(hasItsModules);
}

/** @param {string} folder */
function hasItsModules(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.keys(wanted).length === 0 || existsSync(join(root, folder, 'node_modules'));
}

async function install() {
  let { code, output } = await runInstall();
  if (code === 0 && !nodeRuns()) {
    // A setup that was killed may have left a package half made. From scratch, then.
    for (const name of ['.pnpm', '.modules.yaml', 'node']) {
      rmSync(join(modules, name), { recursive: true, force: true });
    }
    ({ code, output } = await runInstall());
    if (code === 0 && !nodeRuns()) {
      code = 1;
      output += `\n${pinnedNode} does not run.`;
    }
  }
  if (code === 0) return;
  process.stderr.write(`${output.trimEnd()}\n`);
  throw new SetupError('The setup failed (see above). It needs the npm registry: is it reachable?');
}

export class SetupError extends Error {}

/** @returns {Promise<{ code: number, output: string }>} */
function runInstall() {
  // No questions; and NODE_ENV=production would leave the tools out.
  const env = { ...process.env, CI: 'true', NODE_ENV: 'development' };
  const [file, args] = pnpmCommand(['install', '--frozen-lockfile']);
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      child.kill('SIGTERM');
      child.once('close', () => process.exit(128 + constants.signals[signal]));
    };
    for (const signal of signals) process.once(signal, stop);
    const end = (/** @type {number} */ code) => {
      for (const signal of signals) process.off(signal, stop);
      resolve({ code, output });
    };
    child.once('error', (error) => {
      output += error.message;
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

/** @type {NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function nodeRuns() {
  const { version } = JSON.parse(readFileSync(join(modules, 'node', 'package.json'), 'utf8'));
  const result = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  return result.stdout?.trim() === `v${version}`;
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}
