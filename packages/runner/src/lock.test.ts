import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { takeLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist-bench lock '));
afterAll(() => rmSync(folder, { recursive: true }));
let path: string;
let nth = 0;
beforeEach(() => {
  path = join(folder, `${nth++}`);
});

const lockOf = () => `${path}.lock`;
const holds = (text: string) => writeFileSync(lockOf(), text);
const holder = (rest: object) =>
  JSON.stringify({ pid: 1, host: hostname(), since: 'noon', started: null, ...rest });

/** A program that takes the lock, tells so and waits. */
function start() {
  const program = `
    import { takeLock } from ${JSON.stringify(new URL('lock.ts', import.meta.url).href)};
    try {
      takeLock(process.argv[1]);
      process.stdout.write('taken');
      setInterval(() => {}, 1000);
    } catch (error) {
      process.stdout.write(error.message);
    }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, path]);
  const closed = once(child, 'close');
  const said = once(child.stdout, 'data').then(([data]) => String(data));
  return { child, said, closed };
}

it('is had once at a time', () => {
  const release = takeLock(path);
  expect(JSON.parse(readFileSync(lockOf(), 'utf8'))).toMatchObject({
    pid: process.pid,
    host: hostname(),
  });
  expect(() => takeLock(path)).toThrow(
    `${path} is being written by process ${process.pid}, since 2`,
  );
  release();
  release();
  expect(existsSync(lockOf())).toBe(false);
  takeLock(path)();
});

it('is refused to a second process, which learns who has it', async () => {
  const both = [start(), start()];
  const said = await Promise.all(both.map((one) => one.said));
  const first = both[said.indexOf('taken')];
  expect(said.filter((text) => text === 'taken')).toHaveLength(1);
  expect(said.find((text) => text !== 'taken')).toContain(
    `is being written by process ${first.child.pid}, since`,
  );
  first.child.kill('SIGKILL');
  await Promise.all(both.map((one) => one.closed));
});

it.skipIf(process.platform === 'win32')('goes with a process that is asked to end', async () => {
  const { child, said, closed } = start();
  expect(await said).toBe('taken');
  child.kill('SIGTERM');
  expect(await closed).toEqual([143, null]);
  expect(existsSync(lockOf())).toBe(false);
});

it('is taken over from a process that was killed, by one of those who come', async () => {
  const killed = start();
  expect(await killed.said).toBe('taken');
  killed.child.kill('SIGKILL');
  await killed.closed;
  expect(existsSync(lockOf())).toBe(true);

  const both = [start(), start()];
  const said = await Promise.all(both.map((one) => one.said));
  expect(said.filter((text) => text === 'taken')).toHaveLength(1);
  for (const { child } of both) child.kill('SIGKILL');
  await Promise.all(both.map((one) => one.closed));
  takeLock(path)();
  expect(readdirSync(folder).filter((name) => name.startsWith(`${nth - 1}.`))).toEqual([]);
});

it('is not taken from a process of another computer', () => {
  const pid = 2 ** 30; // higher than any here
  holds(holder({ pid, host: 'elsewhere' }));
  expect(() => takeLock(path)).toThrow(`by process ${pid} on elsewhere, since noon. Wait for it`);
  holds(holder({ pid }));
  takeLock(path)();
});

it('is not taken from a living process, also of another user', () => {
  holds(holder({ pid: process.ppid }));
  expect(() => takeLock(path)).toThrow(`by process ${process.ppid}, since noon.`);
});

it('is taken over where the number of the process came again', () => {
  holds(holder({ pid: process.pid }));
  takeLock(path)();
});

it.skipIf(!existsSync('/proc/self/stat'))('is taken over from an earlier process', () => {
  holds(holder({ pid: process.ppid, started: '1' }));
  takeLock(path)();
});

it('is not taken while it is being made, but if that was long ago', () => {
  holds('');
  expect(() => takeLock(path)).toThrow('by another process');
  utimesSync(lockOf(), 1, 1);
  takeLock(path)();
});

it.runIf(process.platform === 'linux')(
  'is not held by a process that only waits to be reaped',
  async () => {
    // The shell becomes a program that never asks for its child, and does so before the child ends.
    const child = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 10'], { stdio: 'pipe' });
    try {
      const pid = Number(String((await once(child.stdout, 'data'))[0]));
      const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      while (stat()[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
      holds(holder({ pid, started: stat()[19] }));
      takeLock(path)();
    } finally {
      child.kill();
    }
  },
);

it.skipIf(process.platform === 'win32')('holds through links, whichever comes first', () => {
  mkdirSync(`${path}.folder`);
  symlinkSync(`${path}.folder`, `${path}.linked`);
  symlinkSync(`${path}.folder/file`, `${path}.soft`);
  const names = [`${path}.folder/file`, `${path}.linked/file`, `${path}.soft`];
  for (const one of names) {
    const release = takeLock(one);
    for (const other of names) expect(() => takeLock(other)).toThrow('is being written by');
    release();
  }
});
