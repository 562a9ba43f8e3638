import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withLock } from './lock.js';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'made', 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts several works under one lock; counts how many ran at once at most. */
async function contend(count: number) {
  let running = 0;
  let most = 0;
  const works = Array.from({ length: count }, () =>
    withLock(lock, async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(20);
      running -= 1;
    }),
  );
  await Promise.all(works);
  return most;
}

test('one at a time', async () => {
  expect(await contend(4)).toBe(1);
  expect(existsSync(lock)).toBe(false);
});

test('one at a time too when the lock is of a process that died', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  await withLock(lock, async () => {}); // makes the folder
  writeFileSync(lock, `${dead} 0 0`);
  expect(await contend(4)).toBe(1);
});

test('says once that it waits, and gives what the work gives', async () => {
  const onWait = vi.fn();
  const first = withLock(lock, () => sleep(500));
  await sleep(150);
  expect(await withLock(lock, async () => 'done', onWait)).toBe('done');
  expect(onWait).toHaveBeenCalledTimes(1);
  await first;
});

test('is released when the work fails', async () => {
  const work = async () => {
    throw new Error('no');
  };
  await expect(withLock(lock, work)).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});
