import { defineConfig } from 'vitest/config';

const conditions = ['@kernel-methods/source'];

export default defineConfig({
  // Tests run on the packages' sources: no build is needed.
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/{src,bench}/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'examples/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // Compiles the WebAssembly kernels where they are stale.
    globalSetup: ['packages/simd/scripts/build-wasm.js'],
    setupFiles: ['scripts/vitest.setup.ts'],
    // vitest leaves one processor free, which is half of them where there are two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
