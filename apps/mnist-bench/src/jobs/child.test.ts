import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Job } from '../records/job.ts';
import type { Message } from '../records/messages.ts';
import { createJob, outcome } from './fake-jobs.ts';
import { runChild } from './launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist-bench runner '));
afterAll(() => rmSync(folder, { recursive: true }));
const onWindows = process.platform === 'win32';

const report = { version: 1, aborted: false, config: {}, ...outcome };
const tell = (message: unknown) => `console.log(${JSON.stringify(JSON.stringify(message))});`;
const tellReport = tell({ type: 'report', report });
const tellReady = tell({ type: 'phase', name: 'load' });
const forever = 'setInterval(() => {}, 1000);';
const deaf = "process.on('SIGTERM', () => {});";

const jobOf = (script: string): Job => createJob('one', 3, script);

async function run(
  job: Job,
  {
    timeoutSeconds,
    graceSeconds,
    abortOnMessage = false,
  }: { timeoutSeconds?: number; graceSeconds?: number; abortOnMessage?: boolean } = {},
) {
  const controller = new AbortController();
  const messages: Message[] = [];
  const onMessage = (message: Message) => {
    messages.push(message);
    if (abortOnMessage) controller.abort();
  };
  const options = { signal: controller.signal, timeoutSeconds, onMessage };
  return { record: await runChild(job, options, graceSeconds), messages };
}

describe('a run that ends well', () => {
  it('gives its messages on and its outcome back', async () => {
    const job = jobOf(`
      console.log('anything');
      console.error('a warning');
      ${tell({ type: 'unknown' })}
      ${tell({ type: 'epoch', epoch: null })}
      ${tellReady}
      console.log(JSON.stringify({ type: 'phase', name: process.env.WORD }));
      process.stdout.write('{"type":"progress","phase":"train","epoch":1,');
      setTimeout(() => {
        console.log('"epochs":2,"step":3,"steps":4}');
        ${tellReport}
      }, 30);
    `);
    const command = { ...job.command, env: { WORD: 'märz' } };
    const { record, messages } = await run({ ...job, command });
    expect(messages).toEqual([
      { type: 'phase', name: 'load' },
      { type: 'phase', name: 'märz' },
      { type: 'progress', phase: 'train', epoch: 1, epochs: 2, step: 3, steps: 4 },
      { type: 'report', report: outcome },
    ]);
    expect(record).toEqual({
      version: 1,
      key: 'one, 3',
      system: 'numpy',
      variant: 'one',
      seed: 3,
      repeat: 0,
      config: { rows: 300 },
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      status: 'done',
      reason: null,
      processSeconds: expect.any(Number),
      outcome,
    });
    expect(record?.processSeconds).toBeGreaterThanOrEqual(0.03);
  });

  it('reads a long report, and lets a run say as much as it likes beside it', async () => {
    const worst = [{ pixels: 'x'.repeat(3_000_000) }];
    const { record } = await run(
      jobOf(`
        for (let i = 0; i < 200; i++) process.stderr.write('x'.repeat(50_000) + '\\n');
        const worst = [{ pixels: 'x'.repeat(3_000_000) }];
        const report = { ...${JSON.stringify(report)}, worst };
        process.stdout.write(JSON.stringify({ type: 'report', report }));
      `),
    );
    expect(record).toMatchObject({ status: 'done' });
    expect(record?.outcome?.worst).toEqual(worst);
  });
});

describe('a run that fails', () => {
  it.each([
    ['', 'ended without a report'],
    ["console.log('word')", 'ended without a report: word'],
    ['console.log(\'{"type":"report","report":NaN}\')', /^ended with a report not JSON: \{"type/],
    [tell({ type: 'report' }), 'ended with a report without a valid `report`'],
    [
      tell({ type: 'report', report: { ...report, peakMemory: null } }),
      'ended with a report without a valid `peakMemory`',
    ],
    [`${tellReport} process.exitCode = 3; console.error('last\\n\\n')`, 'exit code 3: last'],
    ["throw new Error('broken')", 'exit code 1: Error: broken'],
    ["throw Object.assign(new Error('broken'), { code: 'E' })", /^exit code 1: Error: broken$/],
    ["console.error('\\x1b[31mred\\x1b[39m'); process.exit(1)", 'exit code 1: red'],
    ["console.error('x'.repeat(1e6)); process.exitCode = 1", `exit code 1: ${'x'.repeat(300)}…`],
  ])('%#: tells why', async (script, reason) => {
    const { record } = await run(jobOf(script));
    expect(record).toMatchObject({ status: 'failed', outcome: null });
    expect(record?.reason).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });

  it('tells that its memory was not enough', async () => {
    const job = jobOf('const all = []; for (;;) all.push(new Array(1e6).fill(0.5));');
    const command = { ...job.command, env: { NODE_OPTIONS: '--max-old-space-size=40' } };
    const { record } = await run({ ...job, command });
    expect(record?.reason).toMatch(/: FATAL ERROR: .* heap out of memory$/);
  });

  it.skipIf(onWindows).each([
    ['SIGKILL', 'killed (SIGKILL), as the system does when memory runs out'],
    ['SIGSEGV', 'ended by SIGSEGV'],
  ])('names %s', async (signal, reason) => {
    const { record } = await run(jobOf(`process.kill(process.pid, '${signal}'); ${forever}`));
    expect(record).toMatchObject({ status: 'failed', reason });
  });

  it('names a program that is not there', async () => {
    const { record } = await run({ ...jobOf(''), command: { file: 'no-such-program', args: [] } });
    expect(record).toMatchObject({ status: 'failed', reason: 'no-such-program was not found' });
  });

  it.skipIf(onWindows)('names a file that is no program', async () => {
    const { record } = await run({ ...jobOf(''), command: { file: folder, args: [] } });
    expect(record).toMatchObject({ status: 'failed', reason: `${folder} may not be run` });
  });
});

describe('a run that is ended', () => {
  const timedOut = {
    status: 'timeout',
    reason: 'ended after 0.4 s, the most that it was given',
    outcome: null,
  };

  it.each([
    ['waits', ''],
    ['would not end', deaf],
    ['has told its report', tellReport],
  ])('after the time it was given, where it %s', async (_what, script) => {
    const limits = { timeoutSeconds: 0.4, graceSeconds: 0.2 };
    const { record } = await run(jobOf(`${script} ${forever}`), limits);
    expect(record).toMatchObject(timedOut);
    expect(record?.processSeconds).toBeGreaterThanOrEqual(0.39);
  });

  it('leaves no record at the abort', async () => {
    const { record, messages } = await run(jobOf(`${tellReady} ${forever}`), {
      abortOnMessage: true,
    });
    expect(messages).toHaveLength(1);
    expect(record).toBe(null);
  });

  it('does not start after the abort', async () => {
    const job = { ...jobOf(''), command: { file: 'no-such-program', args: [] } };
    expect(await runChild(job, { signal: AbortSignal.abort(), onMessage() {} })).toBe(null);
  });

  it('may take a time that no timer can hold', async () => {
    const { record } = await run(jobOf(tellReport), { timeoutSeconds: 1e9 });
    expect(record?.status).toBe('done');
  });
});

describe.skipIf(onWindows)('what a run started', () => {
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    // In a container nobody may take leave of the dead.
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
  };
  const withGrandchild = (file: string, rest: string) => `
    import { spawn } from 'node:child_process';
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(deaf + forever)}], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    fs.writeFileSync(${JSON.stringify(file)}, String(child.pid));
    ${rest}
  `;

  it.each([
    ['done', `${tellReport} setTimeout(() => process.exit(), 100)`],
    ['failed', 'setTimeout(() => process.exit(1), 100)'],
    ['aborted', tellReady],
  ])('ends with it when it is %s', async (status, rest) => {
    const file = join(folder, `grandchild ${status}`);
    const { record } = await run(jobOf(withGrandchild(file, `${rest}; ${forever}`)), {
      abortOnMessage: status === 'aborted',
      graceSeconds: 0.2,
    });
    expect(record?.status ?? 'aborted').toBe(status);
    await expectGone(file);
  });

  it('ends with us', async () => {
    const file = join(folder, 'grandchild of us');
    const job = jobOf(withGrandchild(file, `${tellReady} ${forever}`));
    const program = `
      import { runChild } from ${JSON.stringify(new URL('launch.ts', import.meta.url).href)};
      const { signal } = new AbortController();
      const onMessage = () => console.log('running');
      await runChild(${JSON.stringify(job)}, { signal, onMessage });
    `;
    const us = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    const closed = once(us, 'close');
    await once(us.stdout, 'data');
    us.kill('SIGTERM');
    expect(await closed).toEqual([143, null]);
    await expectGone(file);
  });

  async function expectGone(file: string) {
    const pid = Number(readFileSync(file, 'utf8'));
    for (let i = 0; i < 100 && isAlive(pid); i++) await setTimeout(20);
    expect(isAlive(pid)).toBe(false);
  }
});
