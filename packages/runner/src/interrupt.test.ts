import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { onInterrupt } from './interrupt.ts';

it('aborts first and leaves at the second press', () => {
  let time = 0;
  let told = 0;
  const exits: unknown[] = [];
  const host = Object.assign(new EventEmitter(), { exit: (code: unknown) => exits.push(code) });
  const interrupt = onInterrupt(() => told++, { host: host as never, now: () => time });
  expect(interrupt.signal.aborted).toBe(false);
  host.emit('SIGINT', 'SIGINT');
  expect(interrupt.signal.aborted).toBe(true);
  time = 100; // the same press, passed on by a launcher
  host.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([]);
  time = 1000;
  host.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([130]);
  expect(told).toBe(1);
  interrupt.dispose();
  expect(host.listenerCount('SIGINT')).toBe(0);
});

it('hears SIGTERM where it is asked to, and either of them ends it', () => {
  let time = 0;
  const exits: unknown[] = [];
  const host = Object.assign(new EventEmitter(), { exit: (code: unknown) => exits.push(code) });
  const { signal, dispose } = onInterrupt(() => {}, {
    ...{ signals: ['SIGTERM', 'SIGINT'], host: host as never },
    now: () => time,
  });
  host.emit('SIGTERM', 'SIGTERM');
  expect(signal.aborted).toBe(true);
  time = 1000;
  host.emit('SIGINT', 'SIGINT');
  host.emit('SIGTERM', 'SIGTERM');
  expect(exits).toEqual([130, 143]);
  dispose();
  expect(host.listenerCount('SIGTERM')).toBe(0);
});

// On Windows a signal from another process is a kill.
it.skipIf(process.platform === 'win32')('ends a process that does not stop', async () => {
  const program = `
    import { onInterrupt } from ${JSON.stringify(new URL('interrupt.ts', import.meta.url).href)};
    onInterrupt(() => process.stdout.write('told'));
    setInterval(() => {}, 1000);
    process.stdout.write('ready');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  expect(String((await once(child.stdout, 'data'))[0])).toBe('ready');
  child.kill('SIGINT');
  expect(String((await once(child.stdout, 'data'))[0])).toBe('told');
  await setTimeout(300);
  const closed = once(child, 'close');
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
});
