import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformWithOxc } from 'vite';

const packages = '/node_modules';
const imports = {
  '@kernel-methods/check': `${packages}/@kernel-methods/check/dist/index.js`,
  '@kernel-methods/simd': `${packages}/@kernel-methods/simd/dist/browser.js`,
  '@kernel-methods/backend-simd': `${packages}/@kernel-methods/backend-simd/dist/index.js`,
  '@tensorflow/tfjs-core': `${packages}/@tensorflow/tfjs-core/dist/tf-core.fesm.js`,
  '@tensorflow/tfjs-backend-cpu': `${packages}/@tensorflow/tfjs-backend-cpu/dist/tf-backend-cpu.fesm.js`,
  '@tensorflow/tfjs-layers': `${packages}/@tensorflow/tfjs-layers/dist/tf-layers.fesm.js`,
  seedrandom: '/seedrandom.js',
};

/**
 * Makes the project's app one that a browser runs as it is: types removed in place, and an import map.
 * Returns the source that a policy must allow, for the map can only stand in the page.
 */
export async function unbundle(folder: string): Promise<string> {
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const file = join(folder, name);
    const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file, { sourcemap: false });
    writeFileSync(file, code);
  }
  // A CommonJS module, which a browser cannot load; the cpu backend wants it for one operation.
  writeFileSync(join(folder, 'seedrandom.js'), 'export const alea = () => Math.random;\n');
  const map = JSON.stringify({ imports });
  const page = join(folder, 'index.html');
  const html = readFileSync(page, 'utf8');
  const script = `<script type="importmap">${map}</script>`;
  writeFileSync(page, html.replace('</head>', `${script}</head>`));
  return `'sha256-${createHash('sha256').update(map).digest('base64')}'`;
}
