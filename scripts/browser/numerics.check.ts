import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from './chromium.ts';
import { buildModelsPage } from './models-page.ts';
import { openPage } from './open.ts';
import { serve } from './serve.ts';

const executablePath = findChromium();
if (!executablePath) {
  console.warn('No Chromium found: its tests are skipped. CHROMIUM_PATH may name one.');
}

// Without a GPU, SwiftShader draws on the CPU.
const args = ['--enable-unsafe-swiftshader', '--no-first-run', '--disable-sync'];
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-quic'];

describe.skipIf(!executablePath)('numerics in tfjs operations', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-numerics-')));
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: [...args, ...quiet] });
    await buildModelsPage(folder);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('keep their contract on webgl', async ({ skip }) => {
    const { renderer, float32, chosen, failures, passed } = await run(false);
    skip(!renderer, 'This Chromium has no WebGL.');
    skip(!float32, `Its WebGL has no float32: ${renderer}.`);
    expect(failures).toEqual({});
    expect(passed).toBeGreaterThan(15);
    expect(chosen).toBe('tfjs');
  });

  test('are not chosen where webgl has half precision alone', async ({ skip }) => {
    const { renderer, float32, chosen } = await run(true);
    skip(!renderer, 'This Chromium has no WebGL.');
    expect([float32, chosen]).toEqual([false, 'simd']);
  });

  async function run(half: boolean) {
    const { url, close } = await serve(folder, () => ({}));
    onTestFinished(close);
    const { page, messages } = await openPage(browser, url);
    onTestFinished(() => page.close());
    const report = await page.evaluate((half) => numericsPage.run(half), half);
    // Where there is no WebGL, tfjs says so.
    if (report.renderer) expect(messages).toEqual([]);
    return report;
  }
});
