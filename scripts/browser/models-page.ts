import { join } from 'node:path';
import { build, defaultClientConditions } from 'vite';
import { root } from '../setup.js';

/** Builds the page of `packages/models/browser`, which tests what needs a GPU, into a folder. */
export async function buildModelsPage(folder: string): Promise<void> {
  await build({
    root: join(root, 'packages/models/browser'),
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@kernel-methods/source', ...defaultClientConditions] },
    build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 5000 },
  });
}
