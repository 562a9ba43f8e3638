import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { differences } from '../../packages/models/src/fixtures/every-solver.ts';
import { findChromium } from './chromium.ts';
import { buildModelsPage } from './models-page.ts';
import { openPage } from './open.ts';
import { serve } from './serve.ts';

const executablePath = findChromium();
if (!executablePath) {
  console.warn('No Chromium found: its tests are skipped. CHROMIUM_PATH may name one.');
}
const args = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-sync',
  '--disable-background-networking',
];

/** It names neither 'wasm-unsafe-eval' nor 'unsafe-eval'. */
const strict = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; worker-src 'self'; img-src data:",
};

describe.skipIf(!executablePath)('under a policy that forbids to compile WebAssembly', () => {
  test('every solver comes to what it comes to with WebAssembly', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-policy-')));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    await buildModelsPage(folder);
    const browser = await chromium.launch({ executablePath, args });
    onTestFinished(() => browser.close());

    const train = async (headers: Record<string, string>) => {
      const { url, close } = await serve(folder, () => headers);
      onTestFinished(close);
      const { page, messages } = await openPage(browser, url);
      return { ...(await page.evaluate(() => numericsPage.solvers())), messages };
    };
    const expected = await train({});
    expect([expected.variant, expected.messages]).toEqual(['relaxed', []]);
    const { variant, why, results, messages } = await train(strict);
    expect(variant).toBe('javascript');
    expect(why).toMatch(/^WebAssembly cannot be compiled here: /);
    // The browser may say once that it refused; nothing else is said.
    for (const message of messages) expect(message).toContain('Content Security Policy');
    expect(differences(results, expected.results)).toEqual([]);
  });
});
