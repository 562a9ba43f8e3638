import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../setup.js';
import { findChromium } from './chromium.ts';
import { openPage } from './open.ts';
import { serve } from './serve.ts';

const executablePath = findChromium();
const rows = [
  [0, 1],
  [1, -0.5],
  [2, 0.2],
  [-1, 0.1],
];

describe.skipIf(!executablePath)('a model that was saved in Node', () => {
  test('predicts the same in a page', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-page-')));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    await build({
      root: join(root, 'examples/page'),
      base: './',
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@kernel-methods/source', ...defaultClientConditions] },
      build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 5000 },
    });
    const output = execFileSync(process.execPath, [
      '--conditions=@kernel-methods/source',
      join(root, 'examples/save-in-node-load-in-a-page.ts'),
      join(folder, 'model'),
    ]).toString();
    const expected = JSON.parse(/predicts (.*)$/m.exec(output)?.[1] ?? '');
    expect(new Set(expected).size).toBe(2);

    const { url, close } = await serve(folder, () => ({}));
    onTestFinished(close);
    const browser = await chromium.launch({ executablePath });
    onTestFinished(() => browser.close());
    const { page, messages } = await openPage(browser, url);
    expect(await page.evaluate((rows) => predictions(rows), rows)).toEqual(expected);
    expect(messages).toEqual([]);
  });
});
