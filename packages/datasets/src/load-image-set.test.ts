import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, fileServer } from './fixtures/file-server.ts';
import { hexSha256, tinyImages, tinyLabels, tinySet } from './fixtures/tiny-set.ts';
import { type LoadDatasetOptions, loadImageSet } from './load-image-set.ts';

const quick = { attempts: 3, backoff: 1, patience: 5000 };
const { set, images, labels, packed } = tinySet();
const imagesName = 'train-images-idx3-ubyte';
const labelsName = 'train-labels-idx1-ubyte';

let folder: string;
let cacheDir: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'datasets '));
  cacheDir = path.join(folder, 'cache');
  vi.stubEnv('KERNEL_METHODS_DATA', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const serve: Answer = (response, { url }) => {
  response.end(url?.includes('images') ? packed.images : packed.labels);
};
const load = (options: Partial<LoadDatasetOptions> = {}, of = set) =>
  loadImageSet(
    of,
    { split: 'train', cacheDir, mirrors: ['http://127.0.0.1:9'], ...options },
    quick,
  );
async function put(at: string, imageBytes: Uint8Array, labelBytes: Uint8Array, ending = '') {
  await mkdir(at, { recursive: true });
  await writeFile(path.join(at, imagesName + ending), imageBytes);
  await writeFile(path.join(at, labelsName + ending), labelBytes);
}
const failure = (loading: Promise<unknown>) =>
  loading.then(
    () => ({ code: 'none', message: '' }),
    (error) => error as { code: string; message: string },
  );

describe('where the files are looked for', () => {
  it('takes raw and gzipped files from dataDir, in it or in the subfolder of the set', async () => {
    const places: [string, string][] = [
      [folder, ''],
      [folder, '.gz'],
      [path.join(folder, 'tiny'), ''],
      [path.join(folder, 'tiny'), '.gz'],
    ];
    for (const [at, ending] of places) {
      const gz = ending === '.gz';
      await put(at, gz ? packed.images : images, gz ? packed.labels : labels, ending);
      const { x, y, classNames, origin } = await load({ dataDir: folder });
      expect(x.shape).toEqual([20, 28, 28]);
      expect(x.data).toEqual(new Uint8Array(images.subarray(16)));
      expect(y).toEqual(new Uint8Array(labels.subarray(8)));
      expect(classNames).toEqual([...'0123456789']);
      expect(origin).toEqual({
        source: 'dataDir',
        files: [
          {
            name: imagesName,
            location: path.join(at, imagesName + ending),
            sha256: hexSha256(images),
            verified: true,
          },
          {
            name: labelsName,
            location: path.join(at, labelsName + ending),
            sha256: hexSha256(labels),
            verified: true,
          },
        ],
      });
      await rm(path.join(at, imagesName + ending));
      await rm(path.join(at, labelsName + ending));
    }
  });

  it('looks in dataDir, the environment, the cache, and on the mirrors, in this order', async () => {
    await using server = await fileServer(serve);
    const [dataDir, environment] = [path.join(folder, 'own'), path.join(folder, 'env')];
    vi.stubEnv('KERNEL_METHODS_DATA', environment);
    const source = async () => (await load({ dataDir, mirrors: [server.url] })).origin.source;
    expect(await source()).toBe('download');
    expect(server.asked).toEqual([`/${imagesName}.gz`, `/${labelsName}.gz`]);
    expect(await source()).toBe('cache');
    await put(path.join(environment, 'tiny'), images, labels);
    expect(await source()).toBe('environment');
    await put(dataDir, images, labels);
    expect(await source()).toBe('dataDir');
    await rm(path.join(dataDir, labelsName));
    expect(await source()).toBe('environment');
    expect(server.asked.length).toBe(2);
  });

  it('downloads nothing if it may not, and says what is missing', async () => {
    await using server = await fileServer(serve);
    const here = { mirrors: [server.url], download: false };
    const error = await failure(load(here));
    expect(error.code).toBe('absent');
    expect(error.message).toMatch(/^tiny\/train-images-idx3-ubyte\.gz: is in no folder here/);
    expect(server.asked).toEqual([]);
    await load({ mirrors: [server.url] });
    expect((await load(here)).origin.source).toBe('cache');
    await rm(path.join(cacheDir, 'tiny', `${labelsName}.gz`));
    expect((await failure(load(here))).message).toContain(labelsName);
    await put(folder, images, labels);
    expect((await load({ ...here, dataDir: folder })).origin.source).toBe('dataDir');
    await expect(load({ download: 1 as never })).rejects.toThrow(
      '`download` must be true or false. Received: 1.',
    );
  });

  it('takes own data of another length, and says that it is not the published one', async () => {
    await put(folder, tinyImages(7), tinyLabels(7));
    const { x, origin } = await load({ dataDir: folder });
    expect(x.shape).toEqual([7, 28, 28]);
    expect(origin.files.map(({ verified }) => verified)).toEqual([false, false]);
  });
});

describe('what is wrong with a file', () => {
  const change = (bytes: Uint8Array, at: number, value: number) => {
    const changed = Uint8Array.from(bytes);
    changed[at] = value;
    return changed;
  };
  it.each([
    ['a wrong magic number', change(images, 2, 1), labels, 'magic', imagesName],
    ['a truncated file', images.subarray(0, -1), labels, 'truncated', imagesName],
    ['an oversized file', images, new Uint8Array([...labels, 1]), 'oversized', labelsName],
    ['counts that disagree', tinyImages(5), tinyLabels(6), 'counts', labelsName],
    ['labels for images', labels, labels, 'shape', imagesName],
    ['images for labels', images, images, 'shape', labelsName],
    ['no rows', tinyImages(0), tinyLabels(0), 'shape', imagesName],
    ['a label without a class', tinyImages(5), change(tinyLabels(5), 10, 11), 'labels', labelsName],
    ['a corrupted gzip', packed.images.subarray(0, 99), labels, 'gzip', imagesName],
    ['a changed pixel', change(images, 500, 1), labels, 'checksum', imagesName],
    ['a changed pixel, packed', gzipSync(change(images, 500, 1)), labels, 'checksum', imagesName],
    [
      'a packed oversized file',
      gzipSync(new Uint8Array([...images, 1])),
      labels,
      'oversized',
      imagesName,
    ],
  ])('%s', async (_, imageBytes, labelBytes, code, name) => {
    await put(folder, imageBytes, labelBytes);
    const error = await failure(load({ dataDir: folder }));
    expect(error.code).toBe(code);
    expect(error.message).toContain(path.join(folder, name));
    expect(error.message).toMatch(
      /(Delete it and get it again|Put the right file there|Put files there that belong together)\.$/,
    );
  });
});

describe('downloading', () => {
  it('reports progress up to the last byte', async () => {
    await using server = await fileServer((response, { url }) => {
      const body = url?.includes('images') ? packed.images : packed.labels;
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 10));
      setTimeout(() => response.end(body.subarray(10)), 5);
    });
    const seen: [string, number, number | undefined][] = [];
    await load({
      mirrors: [`${server.url}/some/folder/`],
      onProgress: ({ file, loaded, total }) => seen.push([file, loaded, total]),
    });
    const total = packed.images.length;
    expect(seen[0]).toEqual([`tiny/${imagesName}.gz`, 10, total]);
    expect(seen).toContainEqual([`tiny/${imagesName}.gz`, total, total]);
    expect(seen.at(-1)?.slice(1)).toEqual([packed.labels.length, packed.labels.length]);
    expect(server.asked[0]).toBe(`/some/folder/${imagesName}.gz`);
  });

  it('tries again while the server is overloaded or hangs up, then the next mirror', async () => {
    let requests = 0;
    await using shaky = await fileServer((response, request) => {
      requests++;
      if (requests === 1) response.writeHead(503).end();
      else if (requests === 2) response.socket?.destroy();
      else serve(response, request);
    });
    expect((await load({ mirrors: [shaky.url] })).origin.source).toBe('download');
    expect(requests).toBe(4);

    await using missing = await fileServer((response) => response.writeHead(404).end());
    await using good = await fileServer(serve);
    await rm(cacheDir, { recursive: true });
    const { origin } = await load({ mirrors: [missing.url, good.url] });
    expect(origin.files[0].location).toBe(`${good.url}/${imagesName}.gz`);
    expect(missing.asked.length).toBe(2); // once a file: 404 does not pass
  });

  it('gives up on a server that falls silent', async () => {
    await using silent = await fileServer((response) =>
      response.write(packed.images.subarray(0, 9)),
    );
    const loading = loadImageSet(
      set,
      { split: 'train', cacheDir, mirrors: [silent.url] },
      { attempts: 2, backoff: 1, patience: 50 },
    );
    const error = await failure(loading);
    expect(error.code).toBe('network');
    expect(error.message).toContain('silent for 0.05 s');
    expect(silent.asked.length).toBe(2);
  });

  it.each([
    ['another content', gzipSync(new Uint8Array(tinyImages(20).fill(1, 16))), 'checksum'],
    ['a web page', new TextEncoder().encode('<!doctype html>'), 'magic'],
    ['half of the file', packed.images.subarray(0, 200), 'gzip'],
    ['far too much', new Uint8Array(images.length + 5000), 'oversized'],
  ])('goes on to the next mirror for %s, and keeps none of it', async (_, body, code) => {
    await using bad = await fileServer((response) => response.end(body));
    const error = await failure(load({ mirrors: [bad.url] }));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`tiny/${imagesName}.gz: could not be downloaded.`);
    expect(error.message).toContain(bad.url);
    expect(await readdir(path.join(cacheDir, 'tiny'))).toEqual([]);
    await using good = await fileServer(serve);
    const { origin } = await load({ mirrors: [bad.url, good.url] });
    expect(origin.files.every(({ verified }) => verified)).toBe(true);
  });

  it('checks the gzip file where only its checksum is published', async () => {
    const tiny = tinySet('gzip');
    await using other = await fileServer((response, { url }) => {
      response.end(gzipSync(url?.includes('images') ? images : labels, { level: 1 }));
    });
    expect((await failure(load({ mirrors: [other.url] }, tiny.set))).code).toBe('checksum');
    await using good = await fileServer(serve);
    expect((await load({ mirrors: [good.url] }, tiny.set)).origin.files[0].verified).toBe(true);
    expect((await load({}, tiny.set)).origin.source).toBe('cache');
    // One's own unpacked copy is taken: no public checksum can judge it.
    await put(folder, images, labels);
    const { origin } = await load({ dataDir: folder }, tiny.set);
    expect(origin.files[0].verified).toBe(false);
  });

  it('names every mirror and the way out when there is no network', async () => {
    const error = await failure(
      load({ mirrors: ['http://127.0.0.1:9/a', 'http://127.0.0.1:9/b'] }),
    );
    expect(error.code).toBe('network');
    expect(error.message).toContain('Check the connection');
    expect(error.message).toContain('`dataDir`');
    expect(error.message).toContain(`127.0.0.1:9/a/${imagesName}.gz: no answer`);
    expect(error.message).toContain(`127.0.0.1:9/b/${imagesName}.gz: no answer`);
  });

  it('stops when it is told to: before, during, and between attempts', async () => {
    const reason = new Error('enough');
    await expect(load({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const during = new AbortController();
    await using slow = await fileServer((response) => response.write(packed.images.subarray(0, 9)));
    const onProgress = () => during.abort(reason);
    await expect(load({ mirrors: [slow.url], signal: during.signal, onProgress })).rejects.toBe(
      reason,
    );

    const between = new AbortController();
    await using down = await fileServer((response) => {
      response.writeHead(500).end();
      setTimeout(() => between.abort(reason), 20);
    });
    const options = {
      split: 'train',
      cacheDir,
      mirrors: [down.url],
      signal: between.signal,
    } as const;
    await expect(loadImageSet(set, options, { ...quick, backoff: 60_000 })).rejects.toBe(reason);
    expect(down.asked.length).toBe(1);
  });

  it('gets a damaged cached file again', async () => {
    await using server = await fileServer(serve);
    await load({ mirrors: [server.url] });
    const cached = path.join(cacheDir, 'tiny', `${imagesName}.gz`);
    await writeFile(cached, packed.images.subarray(0, 300));
    expect((await load({ mirrors: [server.url] })).origin.source).toBe('download');
    expect(server.asked.at(-1)).toBe(`/${imagesName}.gz`);
    expect(await readFile(cached)).toEqual(packed.images);
  });
});

describe('options', () => {
  it.each([
    [{ split: 'all' }, "`split` must be 'train' or 'test'. Received: \"all\"."],
    [{ dataDir: '' }, '`dataDir` must be a folder. Received: "".'],
    [{ cacheDir: 7 }, '`cacheDir` must be a folder. Received: 7.'],
    [{ mirrors: [] }, '`mirrors` must be a list of one or more URLs. Received: .'],
    [
      { mirrors: ['http://example.com/'] },
      'HTTP ones on this machine. Received: "http://example.com/".',
    ],
    [{ mirrors: ['example.com'] }, 'Received: "example.com".'],
  ])('refuses %j', async (options, message) => {
    await expect(load(options as Partial<LoadDatasetOptions>)).rejects.toThrow(message);
  });
});
