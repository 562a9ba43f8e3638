import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../setup.js';
import { findChromium } from './chromium.ts';
import { buildModelsPage } from './models-page.ts';
import { openPage } from './open.ts';
import { serve } from './serve.ts';

// Estimators on tfjs's WebGPU backend say what they say on the CPU. In Node a synchronous read throws.
const executablePath = findChromium();
const swiftShader = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const quiet = ['--no-first-run', '--disable-sync', '--disable-background-networking'];

interface Comparison {
  passed: string[];
  failures: Record<string, string>;
}

function check({ passed, failures }: Comparison): void {
  expect(failures).toEqual({});
  expect(passed.length).toBeGreaterThan(6);
}

describe('estimators on webgpu', () => {
  test.skipIf(!executablePath)('in Chromium', async ({ skip }) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-webgpu-')));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    await buildModelsPage(folder);
    const { url, close } = await serve(folder, () => ({}));
    onTestFinished(close);
    const browser = await chromium.launch({ executablePath, args: [...swiftShader, ...quiet] });
    onTestFinished(() => browser.close());
    const { page } = await openPage(browser, url);
    const report = await page.evaluate(() => numericsPage.estimators());
    skip(!report, 'This Chromium has no WebGPU adapter.');
    check(report!);
  });

  test('in Node', async ({ skip }) => {
    const program = join(root, 'packages/models/src/fixtures/webgpu-in-node.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@kernel-methods/source', program],
      { env: { ...vulkanDriver(), ...process.env } },
    );
    const report: Comparison & { missing?: string } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    skip(report.missing !== undefined, `Node has no WebGPU here: ${report.missing}.`);
    check(report);
  });
});

/** Where there is no GPU, Chromium's driver draws on the CPU. Vulkan's loader is libvulkan1 on Debian. */
function vulkanDriver(): { VK_ICD_FILENAMES?: string } {
  const folders = ['/usr/lib/chromium', ...(executablePath ? [dirname(executablePath)] : [])];
  const file = folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find(existsSync);
  return file ? { VK_ICD_FILENAMES: file } : {};
}
