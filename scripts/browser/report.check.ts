import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readFixture } from '../../apps/mnist-bench/src/html/fixtures/comparison.ts';
import { htmlReport } from '../../apps/mnist-bench/src/html/html-report.ts';
import { findChromium } from './chromium.ts';
import { leastContrast } from './contrast.ts';

const executablePath = findChromium();
const folder = mkdtempSync(join(tmpdir(), 'kernel-methods-report-'));
const file = join(folder, 'report.html');

let browser: Browser;
beforeAll(async () => {
  if (!executablePath) return;
  writeFileSync(file, await htmlReport(readFixture()));
  browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--no-first-run'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

/** Opens the file with no network, and holds it to silence. */
async function open({ width = 1280, ...look }: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    offline: true,
    ...look,
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(`${error}`));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) said.push(request.url());
  });
  onTestFinished(async () => {
    await context.close();
    expect(said).toEqual([]);
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

describe.skipIf(!executablePath)('the report of a comparison', () => {
  test.each([320, 375, 760, 1280])('does not go sideways at %d pixels', async (width) => {
    const page = await open({ width });
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.evaluate(() => document.body.scrollWidth)).toBe(width);
    const plot = page.locator('#accuracy-over-seconds svg').filter({ visible: true });
    expect(await plot.count()).toBe(1);
    // A plot's text stays readable: the letters of 12 pixels are never much smaller.
    const scale = await plot.evaluate((svg) => (svg as SVGSVGElement).getScreenCTM()!.a);
    expect(scale).toBeGreaterThan(0.7);
  });

  test('text stands out from what is behind it, in light and in dark', async () => {
    const backgrounds = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open({ colorScheme });
      backgrounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      const { texts, least } = await page.evaluate(leastContrast);
      expect(texts).toBeGreaterThan(500);
      expect(least.ratio, `${colorScheme}: ${least.text}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(backgrounds.size).toBe(2);
  });

  test('pictures are drawn', async () => {
    const page = await open();
    const images = page.locator('#mistakes > .digits img');
    expect(await images.count()).toBeGreaterThan(5);
    for (const size of await images.evaluateAll((all) =>
      all.map((image) => (image as HTMLImageElement).naturalWidth),
    )) {
      expect(size).toBe(28);
    }
  });

  test('the keyboard reaches all: the skip link first, then tables and details', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    const skip = page.locator('.skip');
    expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
    expect((await skip.boundingBox())!.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    const inMain = () => page.evaluate(() => document.activeElement?.closest('main') !== null);
    expect(await inMain()).toBe(true);

    const onSummary = () => page.evaluate(() => document.activeElement?.tagName === 'SUMMARY');
    for (let i = 0; i < 20 && !(await onSummary()); i++) await page.keyboard.press('Tab');
    expect(await onSummary()).toBe(true);
    const width = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth);
    expect(Number.parseFloat(width)).toBeGreaterThanOrEqual(2);
    const details = page.locator('details').first();
    expect(await details.getAttribute('open')).toBeNull();
    await page.keyboard.press('Enter');
    expect(await details.getAttribute('open')).toBe('');
  });

  test('the headings of the table sort it, and say so', async () => {
    const page = await open();
    const head = page.locator('.variants thead th').nth(2);
    const seconds = () =>
      page
        .locator('.variants tbody tr td:nth-child(3)')
        .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.value!));
    await head.getByRole('button').focus();
    for (const [order, sign] of [
      ['ascending', 1],
      ['descending', -1],
    ] as const) {
      await page.keyboard.press('Enter');
      expect(await head.getAttribute('aria-sort')).toBe(order);
      const values = await seconds();
      const known = values.filter(Boolean).map(Number);
      expect(known).toEqual(known.toSorted((a, b) => sign * (a - b)));
      // Those without a figure come last either way.
      expect(values.slice(known.length).every((value) => value === '')).toBe(true);
    }
  });

  test('is whole without scripts', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('.variants tbody tr').count()).toBe(18);
    expect(await page.locator('thead button').count()).toBe(0);
    await page.locator('summary').first().click();
    expect(await page.locator('details table').first().isVisible()).toBe(true);
  });
});
