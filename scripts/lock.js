import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const tooOld = 20 * 60_000;

/**
 * Runs `work` while no other process on this machine does so under the same lock file.
 * The lock of a process that died, or one older than 20 minutes, is taken over.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once if another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  const token = `${process.pid} ${Date.now()} ${Math.random()}`;
  for (let told = false; ; ) {
    if (tryCreate(path, token)) {
      // Two may find the same dead lock, and the second then removes the first one's new lock:
      // so wait a moment and see whose it is.
      await sleep(100);
      if (read(path) === token) break;
    }
    if (isDead(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) onWait?.();
    told = true;
    await sleep(200);
  }
  const release = () => {
    if (read(path) === token) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} path @param {string} token */
function tryCreate(path, token) {
  try {
    writeFileSync(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    // Windows says EPERM while a file is being removed.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false;
    throw error;
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // gone in between
  }
}

/** @param {string} path */
function isDead(path) {
  const text = read(path);
  if (text === undefined) return false;
  try {
    if (Date.now() - statSync(path).mtimeMs > tooOld) return true;
    const pid = Number.parseInt(text, 10);
    if (Number.isNaN(pid)) return false; // created, not yet written
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
