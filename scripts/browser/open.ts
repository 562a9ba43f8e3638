import type { Browser, Page } from 'playwright-core';

export interface OpenPage {
  page: Page;
  /** What the page and its workers wrote to the console, and errors that nothing caught. */
  messages: string[];
}

export async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(`${error}`));
  await page.goto(url);
  return { page, messages };
}
