import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../setup.js';

const backend = join(root, 'packages/backend-simd');

/**
 * A project as a user has it: the built packages in its node_modules as files of their own (vite treats
 * links into a workspace in another way), tfjs, and the app in `packages/backend-simd/browser`.
 */
export function makeBrowserProject(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-browser-')));
  cpSync(join(backend, 'browser'), folder, { recursive: true });
  for (const name of ['check', 'simd', 'backend-simd']) {
    const from = join(root, 'packages', name);
    if (!existsSync(join(from, 'dist'))) throw new Error(`packages/${name} is not built.`);
    const to = join(folder, 'node_modules/@kernel-methods', name);
    cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true });
    cpSync(join(from, 'package.json'), join(to, 'package.json'));
  }
  for (const name of ['tfjs-core', 'tfjs-backend-cpu', 'tfjs-layers']) {
    const link = join(folder, 'node_modules/@tensorflow', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(backend, 'node_modules/@tensorflow', name)), link, 'junction');
  }
  return folder;
}
