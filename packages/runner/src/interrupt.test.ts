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
  host.emit('SIGINT');
  expect(interrupt.signal.aborted).toBe(true);
  time = 100; // the same press, passed on by a launcher
  host.emit('SIGINT');
  expect(exits).toEqual([]);
  time = 1000;
  host.emit('SIGINT');
  expect(exits).toEqual([130]);
  expect(told).toBe(1);
  interrupt.dispose();
  expect(host.listenerCount('SIGINT')).toBe(0);
});

it('hears SIGTERM, too, where that is wanted', () => {
  const host = Object.assign(new EventEmitter(), { exit() {} });
  const deaf = onInterrupt(() => {}, { host: host as never });
  expect(host.listenerCount('SIGTERM')).toBe(0);
  deaf.dispose();
  const interrupt = onInterrupt(() => {}, { host: host as never, term: true });
  expect(interrupt.exitCode).toBe(130);
  host.emit('SIGTERM');
  expect(interrupt.signal.aborted).toBe(true);
  expect(interrupt.exitCode).toBe(143);
  interrupt.dispose();
  expect(host.listenerCount('SIGTERM')).toBe(0);
});

it.skipIf(process.platform === 'win32')(
  'ends in order before what is done at the end',
  async () => {
    const urlOf = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const program = `
    import { atEnd } from ${urlOf('at-end.ts')};
    import { onInterrupt } from ${urlOf('interrupt.ts')};
    atEnd(() => process.stdout.write('at end'));
    const interrupt = onInterrupt(() => {}, { term: true });
    const timer = setInterval(() => {}, 1000);
    interrupt.signal.addEventListener('abort', () => setTimeout(() => {
      process.stdout.write('in order, ');
      clearInterval(timer);
      process.exitCode = interrupt.exitCode;
    }, 50));
    process.stdout.write('ready, ');
  `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    let text = '';
    child.stdout.on('data', (more) => {
      text += more;
      if (text === 'ready, ') child.kill('SIGTERM');
    });
    expect(await once(child, 'close')).toEqual([143, null]);
    expect(text).toBe('ready, in order, at end');
  },
);

it('ends at once at the second of either signal', () => {
  let time = 0;
  const exits: unknown[] = [];
  const host = Object.assign(new EventEmitter(), { exit: (code: unknown) => exits.push(code) });
  const { signal, dispose } = onInterrupt(() => {}, {
    ...{ term: true, host: host as never },
    now: () => time,
  });
  host.emit('SIGTERM');
  expect(signal.aborted).toBe(true);
  time = 1000;
  host.emit('SIGINT');
  host.emit('SIGTERM');
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
