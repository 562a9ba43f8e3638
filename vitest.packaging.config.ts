import { defineConfig } from 'vitest/config';

// The slow lane over the built packages: packs, installs, runs and bundles them.
export default defineConfig({
  test: {
    include: ['scripts/packaging/*.check.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
    // Vite builds as for a release; only then it warns of what browsers do not have.
    env: { NODE_ENV: 'production' },
    fileParallelism: false,
  },
});
