import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hasRedis,
  RedisServer,
  whyNoRedis,
} from '../../../packages/distributed/src/fixtures/redis-server.ts';
import { WorkerProcess } from '../../../packages/distributed/src/fixtures/worker-process.ts';
import type { BenchReport } from './records/run-record.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const rows = fileURLToPath(new URL('run/far-rows.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mnist-bench-machines-'));

describe.skipIf(!hasRedis)(`--machines${whyNoRedis}`, () => {
  let server: RedisServer;
  let workers: WorkerProcess[];
  beforeAll(async () => {
    server = await RedisServer.start();
    const allow = ['--allow', `mnist-bench=${rows}`];
    workers = [1, 2].map(() => new WorkerProcess(server.url, allow));
    await Promise.all(workers.map((worker) => worker.ready()));
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const small = ['--dataset', 'synthetic', '--rows', '3000', '--output-dim', '64'];
  const ridge = ['--loss', 'mse', '--solver', 'direct', '--l2', '1e-3'];
  const start = (...args: string[]) =>
    spawn(process.execPath, ['--conditions=@kernel-methods/source', main, ...small, ...args], {
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  async function run(...args: string[]): Promise<{ report: BenchReport; stdout: string }> {
    const path = join(folder, 'report.json');
    const child = start('--json', path, ...args);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return { report: JSON.parse(readFileSync(path, 'utf8')), stdout };
  }

  it.each([
    [ridge],
    [['--loss', 'squared-hinge', '--solver', 'newton', '--l2', '1e-3', '--reject', '0.95']],
  ])('finds by workers what one machine finds, %j', async (args) => {
    const alone = await run(...args);
    const many = await run(...args, '--machines', server.url);
    expect(many.stdout).toContain(`the workers at ${server.url}`);
    expect(many.report.config).toEqual({ ...alone.report.config, machines: server.url });
    expect(many.report.dataset).toEqual(alone.report.dataset);
    const one = many.report.testLoss as number;
    expect(one / (alone.report.testLoss as number)).toBeCloseTo(1, 4);
    expect(
      Math.abs((many.report.testAccuracy as number) - (alone.report.testAccuracy as number)),
    ).toBeLessThan(0.002);
    expect(many.report.settings).toMatchObject({ solver: alone.report.settings?.solver });
    expect(many.report.seconds.train).toBeGreaterThan(0);
    // Workers remove what BullMQ keeps of their queue while they listen.
    await expect.poll(() => server.keys(), { timeout: 30_000 }).toEqual([]);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'says that no worker listens, and leaves nothing in Redis at %s',
    async (signal, code) => {
      const empty = await RedisServer.start();
      const child = start(...ridge, '--machines', empty.url.replace('//', '//default:@'));
      const ended = once(child, 'close');
      let said = '';
      for await (const chunk of child.stderr) {
        said += chunk;
        if (said.includes('start one with')) break;
      }
      const url = empty.url.replace('//', '//…@');
      expect(said).toContain(
        `No worker listens at ${url}; start one with: npm run worker:mnist -- --redis ${url}`,
      );
      expect(await empty.keys()).not.toEqual([]);
      child.kill(signal);
      expect(await ended).toEqual([code, null]);
      expect(await empty.keys()).toEqual([]);
      await empty.stop();
    },
  );
});
