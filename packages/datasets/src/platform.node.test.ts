import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultCacheDir, folderCache, userCacheFolder } from './platform.node.ts';

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'datasets-'));
});
afterEach(() => fs.rm(folder, { recursive: true }));

const refuse = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};
const bytes = Uint8Array.of(1, 2, 3);

describe('userCacheFolder', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.cache/kernel-methods'],
    ['linux', { XDG_CACHE_HOME: '/big/cache' }, '/home/ada', '/big/cache/kernel-methods'],
    ['linux', { XDG_CACHE_HOME: 'not/absolute' }, '/home/ada', '/home/ada/.cache/kernel-methods'],
    ['darwin', { XDG_CACHE_HOME: '/x' }, '/Users/ada', '/Users/ada/Library/Caches/kernel-methods'],
    ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ada', 'D:\\Local\\kernel-methods'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\kernel-methods'],
  ])('is the usual one on %s with %j', (system, env, home, expected) => {
    expect(userCacheFolder(system, env, home)).toBe(expected);
  });
});

describe('defaultCacheDir', () => {
  it('is the usual folder of this system', () => {
    expect(defaultCacheDir()).toBe(userCacheFolder(process.platform, process.env, os.homedir()));
  });
  it('is nowhere in a browser', async () => {
    vi.resetModules();
    vi.stubGlobal('process', undefined);
    try {
      const browser = await import('./platform.node.ts');
      expect(() => browser.defaultCacheDir()).toThrow('A browser has no cache folder');
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('folderCache', () => {
  it('keeps bytes and gives them back', async () => {
    const cache = folderCache(path.join(folder, 'deep', 'down'));
    expect(await cache.read('file')).toBeUndefined();
    await cache.prepare();
    await cache.write('file', bytes);
    expect(new Uint8Array((await cache.read('file'))?.bytes ?? [])).toEqual(bytes);
    expect(await fs.readdir(path.join(folder, 'deep', 'down'))).toEqual(['file.gz']);
  });

  it.each([
    [
      'ENOSPC',
      'no-space',
      'cannot be written: no space is left. Free some, or pass another folder as `cacheDir`.',
    ],
    ['EDQUOT', 'no-space', 'no space is left'],
    [
      'EROFS',
      'permission',
      'cannot be written: no permission. Allow writing there, or pass another folder as `cacheDir`.',
    ],
    ['EIO', 'io', 'cannot be written: EIO.'],
  ])('tells of %s half way, and leaves nothing', async (code, kind, message) => {
    const open: typeof fs.open = async (...args) => {
      const handle = await fs.open(...args);
      handle.writeFile = async () => {
        await handle.write(bytes.subarray(0, 1));
        await refuse(code)();
      };
      return handle;
    };
    const writing = folderCache(folder, { ...fs, open }).write('file', bytes);
    await expect(writing).rejects.toThrow(message);
    await expect(writing).rejects.toMatchObject({ code: kind, file: path.join(folder, 'file.gz') });
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it.each(['EACCES', 'EPERM'])('tells of %s before anything is downloaded', async (code) => {
    for (const broken of [{ mkdir: refuse(code) }, { access: refuse(code) }]) {
      const files = { ...fs, ...broken } as typeof fs;
      await expect(folderCache(folder, files).prepare()).rejects.toMatchObject({
        code: 'permission',
        file: folder,
      });
    }
  });

  it('tells of a file that may not be read', async () => {
    const files = { ...fs, readFile: refuse('EACCES') } as typeof fs;
    await expect(folderCache(folder, files).read('file')).rejects.toThrow(
      `${path.join(folder, 'file.gz')}: cannot be read: no permission. Allow reading it.`,
    );
  });

  it('is content if another process has put the file there and it cannot be replaced', async () => {
    const files = { ...fs, rename: refuse('EPERM') } as typeof fs;
    await expect(folderCache(folder, files).write('file', bytes)).rejects.toMatchObject({
      code: 'permission',
    });
    await folderCache(folder).write('file', bytes);
    await folderCache(folder, files).write('file', bytes);
    expect(await fs.readdir(folder)).toEqual(['file.gz']);
  });

  it('removes what a killed process left, but not what another is writing', async () => {
    await fs.writeFile(path.join(folder, '.old.gz.1.part'), 'ha');
    await fs.utimes(path.join(folder, '.old.gz.1.part'), new Date(0), new Date(0));
    await fs.writeFile(path.join(folder, '.young.gz.2.part'), 'ha');
    const cache = folderCache(folder);
    await cache.write('file', bytes);
    expect((await fs.readdir(folder)).sort()).toEqual(['.young.gz.2.part', 'file.gz']);
    expect(await cache.read('young')).toBeUndefined();
  });
});
