import { defineConfig } from 'vitest/config';

// The built packages in a real browser.
export default defineConfig({
  test: {
    include: ['scripts/browser/*.check.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Vite builds as for a release.
    env: { NODE_ENV: 'production' },
  },
});
