import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { build, createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../packages/backend-simd/browser/report.ts';
import { findChromium } from './chromium.ts';
import { openPage } from './open.ts';
import { makeBrowserProject } from './project.ts';
import { isolation, serve } from './serve.ts';
import { unbundle } from './unbundled.ts';

const executablePath = findChromium();
if (!executablePath) {
  console.warn('No Chromium found: its tests are skipped. CHROMIUM_PATH may name one.');
}

let browser: Browser;
beforeAll(async () => {
  if (!executablePath) return;
  const flags = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  const quiet = ['--disable-background-networking', '--disable-component-update'];
  browser = await chromium.launch({ executablePath, args: [...flags, ...quiet] });
});
afterAll(() => browser?.close());

const policy = ({ scripts = '', workers = "'self'" } = {}) => ({
  'Content-Security-Policy': `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${scripts}; worker-src ${workers}; img-src data:`,
});

describe.skipIf(!executablePath)('built by vite', () => {
  const project = temporaryProject();
  const dist = join(project, 'dist');
  beforeAll(() => build({ root: project, configFile: false, logLevel: 'error' }));

  test.each([true, false])('page and worker, isolated: %s', async (isolated) => {
    const url = await served(dist, () => ({ ...(isolated && isolation), ...policy() }));
    const { page, messages } = await opened(url);
    check(await page.evaluate(() => app.page()), isolated);
    check(await page.evaluate(() => app.worker()), isolated);
    expect(messages).toEqual([]);
  });

  test('has a thread a core, and ends the workers when it is disposed of', async () => {
    const url = await served(dist, () => ({ ...isolation, ...policy() }));
    const { page, messages } = await opened(url);
    const [cores, threads] = await page.evaluate(() => [
      navigator.hardwareConcurrency,
      app.threads(),
    ]);
    expect(threads).toBe(cores);
    expect(page.workers()).toHaveLength(0);
    await page.evaluate(() => app.spread());
    await expect.poll(() => page.workers()).toHaveLength(1);
    await page.evaluate(() => app.dispose());
    await expect.poll(() => page.workers(), { timeout: 10_000 }).toHaveLength(0);
    expect(messages).toEqual([]);
  });

  test('goes on with one thread where no worker may start', async () => {
    const url = await served(dist, () => ({ ...isolation, ...policy({ workers: "'none'" }) }));
    const { page, messages } = await opened(url);
    const report = await page.evaluate(() => app.page());
    checkNumbers(report);
    expect([report.isolated, report.threads[1], report.joined]).toEqual([true, 1, 0]);
    // The browser reports the two attempts, and nothing else is said.
    expect(report.violations).toEqual(['worker-src', 'worker-src']);
    for (const message of messages) expect(message).toContain('Content Security Policy');
  });

  test('starts workers from a blob where their file is refused', async () => {
    // A worker's file must itself ask for isolation; this server says so for the page alone.
    const url = await served(dist, (path) => (path === '/index.html' ? isolation : {}));
    const { page } = await opened(url);
    check(await page.evaluate(() => app.page()), true);
    await page.evaluate(() => app.spread());
    const urls = () => page.workers().map((worker) => worker.url());
    await expect.poll(urls).toEqual([expect.stringMatching(/^blob:/)]);
  });
});

describe.skipIf(!executablePath)('served by vite from sources', () => {
  const project = temporaryProject();

  test.each([true, false])('page and worker, isolated: %s', async (isolated) => {
    const vite = await createServer({
      root: project,
      configFile: false,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', headers: isolated ? isolation : {} },
    });
    onTestFinished(() => vite.close());
    await vite.listen();
    const { page, messages } = await opened(vite.resolvedUrls!.local[0]);
    check(await page.evaluate(() => app.page()), isolated);
    check(await page.evaluate(() => app.worker()), isolated);
    expect(messages.filter((text) => !text.startsWith('[vite]'))).toEqual([]);
  });
});

describe.skipIf(!executablePath)('without a bundler', () => {
  const project = temporaryProject();

  let scripts: string;
  beforeAll(async () => {
    scripts = await unbundle(project);
  });

  test.each([true, false])('page, isolated: %s', async (isolated) => {
    const headers = { ...(isolated && isolation), ...policy({ scripts }) };
    const url = await served(project, () => headers);
    const { page, messages } = await opened(url);
    check(await page.evaluate(() => app.page()), isolated);
    expect(messages).toEqual([]);
  });
});

function temporaryProject(): string {
  if (!executablePath) return '';
  const project = makeBrowserProject();
  afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));
  return project;
}

async function served(...args: Parameters<typeof serve>): Promise<string> {
  const { url, close } = await serve(...args);
  onTestFinished(close);
  return url;
}

async function opened(url: string) {
  const open = await openPage(browser, url);
  onTestFinished(() => open.page.close());
  return open;
}

function check(report: Report, isolated: boolean): void {
  checkNumbers(report);
  expect(report.violations).toEqual([]);
  expect(report.isolated).toBe(isolated);
  expect(report.threads[1]).toBe(isolated ? 2 : 1);
  expect(report.joined).toBe(isolated ? 1 : 0);
}

function checkNumbers(report: Report): void {
  expect(report.backend).toBe('simd');
  for (const errors of report.errors) {
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
  }
  expect(report.between).toBeLessThan(1e-5);
  if (report.where === 'page') expect(report.waits).toBe(0);
}
