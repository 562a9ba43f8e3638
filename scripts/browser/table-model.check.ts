import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sent } from '../../packages/models/src/fixtures/table-model.ts';
import { root } from '../setup.js';
import { findChromium } from './chromium.ts';
import { buildModelsPage } from './models-page.ts';
import { openPage } from './open.ts';
import { serve } from './serve.ts';

const executablePath = findChromium();

describe.skipIf(!executablePath)('a model of a table that was saved in Node', () => {
  test('predicts in Chromium what it did in Node, to the bit', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-table-')));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    await buildModelsPage(folder);
    const program = join(root, 'packages/models/browser/save-table-model.ts');
    const flags = ['--conditions=@kernel-methods/source'];
    const output = execFileSync(process.execPath, [...flags, program], { maxBuffer: 1 << 26 });
    const [linear, pairs] = JSON.parse(output.toString()) as Sent[];
    for (const { answers } of [linear, pairs]) {
      expect(new Set(answers.labels).size).toBe(3);
      expect(new Set(answers.bits).size).toBeGreaterThan(answers.labels.length);
    }
    expect(pairs.sent.artifacts).toContain('PairwiseHead');

    const { url, close } = await serve(folder, () => ({}));
    onTestFinished(close);
    const browser = await chromium.launch({ executablePath });
    onTestFinished(() => browser.close());
    const { page, messages } = await openPage(browser, url);
    for (const { sent, answers } of [linear, pairs]) {
      const after = await page.evaluate((sent) => numericsPage.tableModel(sent), sent);
      expect(after).toEqual(answers);
    }
    expect(messages).toEqual([]);
  });
});
