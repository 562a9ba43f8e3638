// Publishes the native engine's platform packages of this version, by napi-rs's conventions: one for each target, with
// the addon that the workflow `native` built, chosen by npm through `os`, `cpu` and `libc`. Then names them among the
// optional dependencies of packages/native, which `changeset publish` publishes after them. Argument: the folder of the
// addons, one folder for each target.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './npx.js';
import { root } from './setup.js';

/** @typedef {{ name: string, version: string, license: string, napi: { targets: string[] } }} Manifest */

const systems = { linux: 'linux', apple: 'darwin', pc: 'win32' };
const processors = { x86_64: 'x64', aarch64: 'arm64' };

/**
 * The manifest of a target's package.
 *
 * @param {Manifest} main the manifest of packages/native
 * @param {string} target of Rust, such as x86_64-unknown-linux-gnu
 */
export function platformManifest({ name, version, license }, target) {
  const [processor, ...rest] = target.split('-');
  const system = rest.find((word) => Object.hasOwn(systems, word)) ?? rest[0];
  const os = systems[/** @type {'linux'} */ (system)];
  const cpu = processors[/** @type {'x86_64'} */ (processor)];
  if (!os || !cpu) throw new Error(`No package is known for ${target}.`);
  const abi = os === 'darwin' ? undefined : rest.at(-1);
  const platform = [os, cpu, abi].filter(Boolean).join('-');
  const main = `native.${platform}.node`;
  return {
    ...{ name: `${name}-${platform}`, version, license },
    description: `The addon of ${name} for ${platform}`,
    ...{
      os: [os],
      cpu: [cpu],
      libc: os === 'linux' ? [abi === 'gnu' ? 'glibc' : 'musl'] : undefined,
    },
    ...{ main, files: [main], engines: { node: '>=20' }, publishConfig: { access: 'public' } },
  };
}

/** @param {string} folder @param {string[]} args */
function npm(folder, ...args) {
  const [file, rest] = npmCommand('npm', args);
  return spawnSync(file, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] }).status === 0;
}

/** @param {string} addons */
function publishAll(addons) {
  const file = join(root, 'packages', 'native', 'package.json');
  const main = JSON.parse(readFileSync(file, 'utf8'));
  const temporary = mkdtempSync(join(tmpdir(), 'kernel-methods-native-'));
  try {
    for (const target of main.napi.targets) {
      const manifest = platformManifest(main, target);
      const folder = join(temporary, target);
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
      copyFileSync(join(addons, target, 'native.node'), join(folder, manifest.main));
      main.optionalDependencies = { ...main.optionalDependencies, [manifest.name]: main.version };
      // A release that is run again has published some of them.
      if (npm(folder, 'view', `${manifest.name}@${manifest.version}`, 'version')) continue;
      if (!npm(folder, 'publish', '--provenance', '--access', 'public')) {
        throw new Error(`${manifest.name} was not published.`);
      }
    }
    writeFileSync(file, `${JSON.stringify(main, null, 2)}\n`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) publishAll(process.argv[2]);
