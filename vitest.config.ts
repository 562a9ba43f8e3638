import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['@kernel-methods/source'];

// Each test file is a process of its own, which finds what an earlier one compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

// Those that load modules anew, or others in their place: only vitest's own loader can.
const reloading = [
  'apps/mnist-bench/src/parts/own-entries.test.ts',
  'packages/backend-simd/src/register.test.ts',
  'packages/datasets/src/platform.node.test.ts',
  'packages/simd/src/{engine,unavailable}.test.ts',
  'packages/simd/src/platform/platform.test.ts',
];

// Those without tfjs, whose state would go from file to file, share processes.
const together = ['packages/{check,datasets,random,report,tables}/src/**/*.test.ts'];

// Node loads the sources itself. Under vitest's loader each use of an imported name is a call, which
// loops feel: solvers take up to half as long again.
const node = {
  experimental: { viteModuleRunner: false, nodeLoader: false },
  execArgv: conditions.map((name) => `--conditions=${name}`),
};

export default defineConfig({
  // Tests run on the packages' sources: no build is needed.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Compiles the WebAssembly kernels where they are stale.
    globalSetup: ['packages/simd/scripts/build-wasm.js'],
    setupFiles: ['scripts/vitest.setup.ts'],
    // vitest leaves one processor free, which is half of them where there are two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          ...node,
          name: 'alone',
          include: [
            'packages/*/{src,bench}/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'examples/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...together, ...reloading],
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'together',
          isolate: false,
          include: together,
          exclude: [...configDefaults.exclude, ...reloading],
        },
      },
      { extends: true, test: { name: 'reloading', include: reloading } },
    ],
  },
});
