import { DatasetError } from './dataset-error.ts';
import type { Found, Platform } from './platform.ts';

/** Browsers: `dataDir` is a URL, relative to the page; downloads are kept in Cache Storage. */
export const platform: Platform = {
  folders(set, dataDir) {
    if (!dataDir) return [];
    const base = new URL(
      dataDir.endsWith('/') ? dataDir : `${dataDir}/`,
      globalThis.location?.href,
    );
    const read = (name: string) =>
      fetchFirst([name, `${name}.gz`, `${set}/${name}`, `${set}/${name}.gz`], base);
    return [{ source: 'dataDir', read }];
  },
  cache(set, cacheDir = 'kernel-methods') {
    // Cache Storage needs requests as keys; this address is never fetched.
    const key = (name: string) => `https://kernel-methods.invalid/${set}/${name}.gz`;
    // Private windows and pages without HTTPS have no Cache Storage: then nothing is kept.
    const open = () => globalThis.caches?.open(cacheDir).catch(() => undefined);
    return {
      async read(name) {
        const kept = await (await open())?.match(key(name));
        if (!kept) return undefined;
        const bytes = new Uint8Array(await kept.arrayBuffer());
        return { bytes, location: `${cacheDir}: ${set}/${name}.gz` };
      },
      async prepare() {},
      async write(name, bytes) {
        try {
          await (await open())?.put(key(name), new Response(bytes as Uint8Array<ArrayBuffer>));
        } catch (cause) {
          const full = (cause as Error | undefined)?.name === 'QuotaExceededError';
          const what = full
            ? 'cannot be kept: no space is left. Clear site data.'
            : `cannot be kept in Cache Storage: ${cause}.`;
          throw new DatasetError(full ? 'no-space' : 'io', name, what, cause);
        }
      },
    };
  },
};

async function fetchFirst(names: string[], base: URL): Promise<Found | undefined> {
  for (const name of names) {
    const location = new URL(name, base).href;
    let response: Response;
    try {
      response = await fetch(location);
    } catch (cause) {
      throw new DatasetError('network', location, 'no answer. Check the connection.', cause);
    }
    // The server of a single-page app answers every request with its page.
    const page = response.headers.get('content-type')?.startsWith('text/html');
    if (response.ok && !page) {
      return { bytes: new Uint8Array(await response.arrayBuffer()), location };
    }
    await response.body?.cancel();
  }
  return undefined;
}
