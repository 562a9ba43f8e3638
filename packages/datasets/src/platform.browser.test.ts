import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileServer } from './fixtures/file-server.ts';
import { platform } from './platform.browser.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** As much of Cache Storage as is used. */
function fakeCaches(
  put = async (kept: Map<string, Response>, key: string, value: Response) => {
    kept.set(key, value);
  },
) {
  const stores = new Map<string, Map<string, Response>>();
  return {
    stores,
    async open(name: string) {
      const kept = stores.get(name) ?? new Map<string, Response>();
      stores.set(name, kept);
      return {
        match: async (key: string) => kept.get(key)?.clone(),
        put: (key: string, value: Response) => put(kept, key, value),
      };
    },
  };
}

describe('the browser platform', () => {
  it('keeps downloads in Cache Storage', async () => {
    const caches = fakeCaches();
    vi.stubGlobal('caches', caches);
    const cache = platform.cache('mnist');
    await cache.prepare();
    expect(await cache.read('file')).toBeUndefined();
    await cache.write('file', Uint8Array.of(1, 2, 3));
    expect((await cache.read('file'))?.bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(await platform.cache('kmnist').read('file')).toBeUndefined();
    expect(await platform.cache('mnist', 'other').read('file')).toBeUndefined();
    expect([...caches.stores.keys()]).toEqual(['kernel-methods', 'other']);
  });

  it('does without where there is none', async () => {
    vi.stubGlobal('caches', undefined);
    const cache = platform.cache('mnist');
    await cache.write('file', Uint8Array.of(1));
    expect(await cache.read('file')).toBeUndefined();
    vi.stubGlobal('caches', { open: async () => Promise.reject(new Error('SecurityError')) });
    await cache.write('file', Uint8Array.of(1));
    expect(await cache.read('file')).toBeUndefined();
  });

  it('tells of no space', async () => {
    const full = fakeCaches(async () => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    vi.stubGlobal('caches', full);
    await expect(platform.cache('mnist').write('file', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'no-space',
      message: 'file: cannot be kept: no space is left. Clear site data.',
    });
  });

  it('reads dataDir as a URL and is not fooled by the page of a single-page app', async () => {
    await using server = await fileServer((response, { url }) => {
      if (url === '/data/mnist/file.gz') response.end('bytes');
      else if (url === '/data/none/other') response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    });
    vi.stubGlobal('location', { href: `${server.url}/index.html` });
    const [folder] = platform.folders('mnist', './data');
    expect(await folder.read('file')).toEqual({
      bytes: new TextEncoder().encode('bytes'),
      location: `${server.url}/data/mnist/file.gz`,
    });
    expect(await folder.read('other')).toBeUndefined();
    expect(platform.folders('mnist')).toEqual([]);
  });

  it('tells of no network', async () => {
    const [folder] = platform.folders('mnist', 'http://127.0.0.1:9/data');
    await expect(folder.read('file')).rejects.toMatchObject({ code: 'network' });
  });
});

it('imports nothing of Node, so that bundlers and import maps need no configuration', () => {
  const here = new URL('.', import.meta.url);
  const sources = readdirSync(here).filter((name) => /(?<!\.test)\.ts$/.test(name));
  expect(sources).toContain('platform.node.ts');
  for (const name of sources) {
    const text = readFileSync(new URL(name, here), 'utf8');
    expect(text, name).not.toMatch(/from '(?:node:|#)|import\('node:/);
    if (name !== 'platform.node.ts') expect(text, name).not.toMatch(/\bprocess\.|\bBuffer\b/);
  }
});
