import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['@kernel-methods/source'];

// Those that load modules anew, or others in their place: only vitest's own loader can.
const reloading = [
  'apps/mnist-bench/src/parts/own-entries.test.ts',
  'packages/backend-simd/src/register.test.ts',
  'packages/datasets/src/platform.node.test.ts',
  'packages/simd/src/{engine,unavailable}.test.ts',
  'packages/simd/src/platform/platform.test.ts',
];

export default defineConfig({
  // Tests run on the packages' sources: no build is needed.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Compiles the WebAssembly kernels where they are stale.
    globalSetup: ['packages/simd/scripts/build-wasm.js'],
    // vitest leaves one processor free, which is half of them where there are two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['scripts/vitest.setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/{src,bench}/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'examples/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...reloading],
          // Node loads the sources itself. Under vitest's loader each use of an imported name is a
          // call, which loops feel: solvers take up to half as long again.
          experimental: { viteModuleRunner: false, nodeLoader: false },
          execArgv: conditions.map((name) => `--conditions=${name}`),
        },
      },
      { extends: true, test: { name: 'reloading', include: reloading } },
    ],
  },
});
