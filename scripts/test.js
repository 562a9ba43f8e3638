// `npm test`: sets up what is missing, then runs everything that must hold. Stops at the first
// step that fails. The last line is vitest's totals over its three runs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceFolders } from './fingerprint.js';
import { buildNative } from './native.js';
import { run } from './run.js';
import { pinnedNode, pnpmCommand, root, SetupError, setup } from './setup.js';
import { toolCommand } from './tool.js';
import { totals } from './totals.js';

process.umask(0o022); // what is packed and installed must not depend on the caller's
const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
const reports = mkdtempSync(join(tmpdir(), 'kernel-methods-test-'));
const sum = { passed: 0, failed: 0 };

/** @type {[name: string, work: () => Promise<number>][]} */
const steps = [
  ['setup', prepare],
  ['native engine', native],
  ['types', () => tool('typescript', 'tsc', ['-p', '.'])],
  ['lint', () => tool('@biomejs/biome', 'biome', ['check'])],
  [
    'unused code and dependencies',
    () => tool('knip', 'knip', ['--no-progress', '--no-config-hints']),
  ],
  ['import directions', () => script('imports/index.ts')],
  ['build', build],
  ['public surface', () => script('api/index.ts', ['--check'])],
  ['unit and contract tests', () => vitest('vitest.config.ts')],
  ['the built packages in Chromium', () => vitest('vitest.browser.config.ts')],
  ['README snippets and packaging', () => vitest('vitest.packaging.config.ts')],
];

for (const [name, work] of steps) {
  console.log(`\n▶ ${name}`);
  const started = performance.now();
  const failedBefore = sum.failed;
  const code = await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name}: ${seconds} s`);
  if (code === 0) continue;
  if (sum.failed === failedBefore) sum.failed += 1;
  process.exitCode = 1;
  break;
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);

async function prepare() {
  try {
    await setup();
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function native() {
  const { failed, message } = buildNative();
  console.log(message);
  return failed ? 1 : 0;
}

/** @param {string} packageName @param {string} bin @param {string[]} args */
function tool(packageName, bin, args) {
  return run(...toolCommand(packageName, bin, args), { env: quiet });
}

/** @param {string} file @param {string[]} args */
function script(file, args = []) {
  return run(pinnedNode, [join(root, 'scripts', file), ...args]);
}

function build() {
  // Outputs of sources that are gone would be packed, and turbo caches whatever it finds in dist:
  // so from scratch, which takes seconds.
  for (const folder of workspaceFolders(root)) {
    rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  }
  // Through `pnpm exec`, so that turbo finds the pnpm that it runs the packages' scripts with.
  const args = ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--force'];
  return run(...pnpmCommand(args), { env: quiet });
}

/** @param {string} config */
async function vitest(config) {
  const report = join(reports, `${config}.json`);
  const args = ['run', '--config', config, '--reporter=default', '--reporter=json'];
  const code = await tool('vitest', 'vitest', [...args, `--outputFile.json=${report}`]);
  const { passed, failed } = totals(report, code);
  sum.passed += passed;
  sum.failed += failed;
  return code;
}
