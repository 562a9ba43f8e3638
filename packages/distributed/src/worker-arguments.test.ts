import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasRedis, RedisServer, whyNoRedis } from './fixtures/redis-server.ts';
import { WorkerProcess } from './fixtures/worker-process.ts';
import { workerOptions } from './worker-arguments.ts';

const rows = fileURLToPath(new URL('./fixtures/rows.ts', import.meta.url));
const of = (...args: string[]) => workerOptions(args, {});

describe('the arguments of kernel-methods-worker', () => {
  it('become options', async () => {
    const found = await of(
      ...['--redis', 'rediss://me:secret@host:7000/2', '--allow', `rows=${rows}`],
      ...[
        '--lease',
        '1.5',
        '--send-every',
        '60',
        '--queue',
        'night',
        '--backend',
        'own',
        '--quiet',
      ],
    );
    expect(found).toEqual({
      backend: 'own',
      isQuiet: true,
      options: {
        connection: 'rediss://me:secret@host:7000/2',
        modules: { rows: pathToFileURL(rows).href },
        queue: 'night',
        lease: 1500,
        sendEvery: 60,
      },
    });
    const env = await workerOptions(['--allow', 'builds=esbuild'], {
      REDIS_URL: 'redis://there',
    });
    expect(env).toMatchObject({ options: { connection: 'redis://there' } });
    expect(env).toMatchObject({
      options: { modules: { builds: expect.stringMatching(/^file:.*esbuild/) } },
    });
    expect(await of('--help')).toBe('help');
  });

  it('take a certificate', async () => {
    const found = await of('--redis', 'rediss://me:s%40t@host/3', '--ca', rows);
    expect(found).toMatchObject({
      options: {
        connection: { host: 'host', port: 6379, username: 'me', password: 's@t', db: 3 },
      },
    });
  });

  it.each([
    [[], '`--redis` must name a Redis'],
    [['--redis', 'http://me:secret@host'], 'Received: http://…@host.'],
    [['--redis', 'redis://h', '--allow', 'rows'], '`--allow` must be NAME=MODULE'],
    [
      ['--redis', 'redis://h', '--allow', 'rows=./none.js'],
      '`--allow` must name a file that is there',
    ],
    [
      ['--redis', 'redis://h', '--lease=0'],
      '`--lease` must be a number of seconds above 0. Received: 0.',
    ],
    [['--what'], "'--what'"],
  ])('%j are refused', async (args, message) => {
    await expect(of(...args)).rejects.toThrow(message);
  });
});

describe.skipIf(!hasRedis)(`the program kernel-methods-worker${whyNoRedis}`, () => {
  it('waits for fits until it is told to end', async () => {
    const server = await RedisServer.start();
    const worker = new WorkerProcess(server.url);
    await worker.ready();
    expect(await worker.end('SIGTERM')).toBe(0);
    expect(worker.text).toBe('Waiting for fits.\n');
    await server.stop();
  });

  it('explains itself', () => {
    const program = fileURLToPath(new URL('./worker-program.ts', import.meta.url));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--conditions=@kernel-methods/source', program, ...args], {
        encoding: 'utf8',
      });
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--allow') });
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('`--redis`') });
  });
});
