import { DatasetError } from './dataset-error.ts';
import type { Cache, Found, Platform } from './platform.ts';

/** The module is not imported, so bundlers, import maps and browsers need not know it. */
const builtin = globalThis.process?.getBuiltinModule;
const fs = builtin?.('node:fs/promises');
const os = builtin?.('node:os');
const path = builtin?.('node:path');
const zlib = builtin?.('node:zlib');

/** True in Node, Bun and Deno, but not in browsers, even if a page defines a `process`. */
export const isNode =
  builtin !== undefined && typeof globalThis.process.versions?.node === 'string';

type Files = Pick<
  typeof fs,
  'access' | 'mkdir' | 'open' | 'readFile' | 'readdir' | 'rename' | 'rm' | 'stat'
>;

const hour = 3_600_000;

/** Node: folders of the file system. */
export const platform: Platform = {
  folders(set, dataDir) {
    const environment = process.env.KERNEL_METHODS_DATA;
    const folder = (source: 'dataDir' | 'environment', ...folders: string[]) => ({
      source,
      read: (name: string) => readFirst(folders.flatMap((at) => names(at, name))),
    });
    return [
      ...(dataDir ? [folder('dataDir', dataDir, path.join(dataDir, set))] : []),
      ...(environment ? [folder('environment', path.join(environment, set))] : []),
    ];
  },
  cache: (set, cacheDir) => folderCache(path.join(cacheDir ?? defaultCacheDir(), set)),
  unpackAtOnce,
};

/** More bytes are not asked for in one piece. */
const MOST = 2 ** 30;
/** As many bytes tell a header, and unpack to less than 300 kB. */
const HEAD = 256;

async function unpackAtOnce(
  bytes: Uint8Array,
  limitOf: (head: Uint8Array) => number | undefined,
): Promise<Uint8Array | undefined> {
  const limit = limitOf(unpackHead(bytes));
  if (limit === undefined || !(limit > 0 && limit < MOST)) return undefined;
  // With room to spare, the end is found without a second piece.
  const settings = { chunkSize: limit + 64, maxOutputLength: limit, info: true };
  return new Promise((resolve) => {
    zlib.gunzip(bytes, settings, (error, result) => {
      if (error) return resolve(undefined);
      // What `info` makes of the result is not in the types.
      const { buffer, engine } = result as unknown as {
        buffer: Uint8Array<ArrayBuffer>;
        engine: { bytesWritten: number };
      };
      // Of garbage behind the last member zlib says nothing.
      const isWhole = engine.bytesWritten === bytes.length;
      resolve(
        isWhole ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length) : undefined,
      );
    });
  });
}

function unpackHead(bytes: Uint8Array): Uint8Array {
  try {
    const finishFlush = zlib.constants.Z_SYNC_FLUSH;
    return zlib.gunzipSync(bytes.subarray(0, HEAD), { finishFlush });
  } catch {
    return new Uint8Array();
  }
}

/** The folder that `datasetCacheDir` tells of. */
export function defaultCacheDir(): string {
  if (!isNode)
    throw new Error('A browser has no cache folder; it keeps data sets in Cache Storage.');
  return userCacheFolder(process.platform, process.env, os.homedir());
}

/** Where programs keep what they can get again. */
export function userCacheFolder(
  system: string,
  env: Record<string, string | undefined>,
  home: string,
): string {
  const { isAbsolute, join } = system === 'win32' ? path.win32 : path.posix;
  const given = system === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  const usual = { win32: ['AppData', 'Local'], darwin: ['Library', 'Caches'] }[system] ?? [
    '.cache',
  ];
  const useGiven = system !== 'darwin' && given && isAbsolute(given);
  return join(useGiven ? given : join(home, ...usual), 'kernel-methods');
}

/** A folder that several processes may fill at once; any of them may be killed. */
export function folderCache(folder: string, files: Files = fs): Cache {
  return {
    read: (name) => readFirst([path.join(folder, `${name}.gz`)], files),
    async prepare() {
      try {
        await files.mkdir(folder, { recursive: true });
        await files.access(folder, fs.constants.W_OK);
      } catch (cause) {
        throw failure(cause, folder, 'written');
      }
    },
    async write(name, bytes) {
      const target = path.join(folder, `${name}.gz`);
      const part = path.join(folder, `.${name}.gz.${crypto.randomUUID()}.part`);
      try {
        await removeLeftovers(folder, files);
        const handle = await files.open(part, 'wx');
        try {
          await handle.writeFile(bytes);
          // The data must be on the disk before the name: after a power cut the name must not lead
          // to an empty file.
          await handle.sync();
        } finally {
          await handle.close();
        }
        await files.rename(part, target);
      } catch (cause) {
        await files.rm(part, { force: true }).catch(() => {});
        // Windows does not rename over a file that another process is reading; then the file is
        // already there.
        const there = await files.stat(target).catch(() => undefined);
        if (isCode(cause, 'EPERM', 'EACCES', 'EBUSY') && there?.size === bytes.length) return;
        throw failure(cause, target, 'written');
      }
    },
  };
}

/** Removes partial files of killed processes. Recent ones may still be written, so they stay. */
async function removeLeftovers(folder: string, files: Files): Promise<void> {
  for (const entry of await files.readdir(folder)) {
    if (!entry.endsWith('.part')) continue;
    const part = path.join(folder, entry);
    const age = await files.stat(part).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > hour) await files.rm(part, { force: true });
  }
}

const names = (folder: string, name: string) => [
  path.join(folder, name),
  path.join(folder, `${name}.gz`),
];

async function readFirst(paths: string[], files: Files = fs): Promise<Found | undefined> {
  for (const location of paths) {
    try {
      const { buffer, byteOffset, length } = await files.readFile(location);
      return { bytes: new Uint8Array(buffer, byteOffset, length), location };
    } catch (cause) {
      if (!isCode(cause, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw failure(cause, location, 'read');
    }
  }
  return undefined;
}

function failure(cause: unknown, file: string, done: 'read' | 'written'): DatasetError {
  const other = 'or pass another folder as `cacheDir`';
  if (isCode(cause, 'ENOSPC', 'EDQUOT')) {
    const what = `cannot be ${done}: no space is left. Free some, ${other}.`;
    return new DatasetError('no-space', file, what, cause);
  }
  if (isCode(cause, 'EACCES', 'EPERM', 'EROFS')) {
    const remedy = done === 'read' ? 'Allow reading it' : `Allow writing there, ${other}`;
    return new DatasetError(
      'permission',
      file,
      `cannot be ${done}: no permission. ${remedy}.`,
      cause,
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DatasetError('io', file, `cannot be ${done}: ${reason}.`, cause);
}

const isCode = (error: unknown, ...codes: string[]) =>
  codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
