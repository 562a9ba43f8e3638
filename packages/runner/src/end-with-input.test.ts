import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { runProcess } from './child.ts';

const urlOf = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
const busy = `
  import { endWithInput } from ${urlOf('end-with-input.ts')};
  endWithInput();
  console.log(process.pid);
`;
const node = (program: string) => [process.execPath, '--input-type=module', '--eval', program];
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('ends a busy child of a program that was killed', async () => {
  const [file, ...args] = node(`${busy} for (;;) {}`);
  const program = `
    import { runProcess } from ${urlOf('child.ts')};
    await runProcess(${JSON.stringify({ file, args })}, {
      signal: new AbortController().signal,
      readLine: (message) => ({ message }),
      onMessage: (message) => console.log(message),
    });
  `;
  const [us, ...rest] = node(program);
  const parent = spawn(us, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [text] = await once(parent.stdout!, 'data');
  const pid = Number(String(text));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let i = 0; i < 500 && isAlive(pid); i++) await setTimeout(10);
  expect(isAlive(pid)).toBe(false);
});

it('lets a child end by itself', async () => {
  const [file, ...args] = node(busy);
  const ended = await runProcess(
    { file, args },
    {
      signal: new AbortController().signal,
      readLine: (text) => ({ message: text, outcome: text }),
      onMessage() {},
    },
  );
  expect(ended).toMatchObject({ status: 'done', reason: null });
});

it('does nothing in a program that was started otherwise', async () => {
  const [file, ...args] = node(`${busy} setTimeout(() => console.log('still here'), 200);`);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout!.on('data', (data) => {
    text += data;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(text).toContain('still here');
});
