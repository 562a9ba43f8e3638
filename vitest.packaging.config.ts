import { defineConfig } from 'vitest/config';

// The slow lane over the built packages: packs, installs, runs and bundles them.
export default defineConfig({
  test: {
    include: ['scripts/packaging/*.check.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
    fileParallelism: false,
  },
});
