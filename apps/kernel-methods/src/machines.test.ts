import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hasRedis,
  RedisServer,
  whyNoRedis,
} from '../../../packages/distributed/src/fixtures/redis-server.ts';
import { WorkerProcess } from '../../../packages/distributed/src/fixtures/worker-process.ts';
import { inProcess } from './fixtures/in-process.ts';
import { ended, run, start } from './fixtures/run.ts';
import { shopsCsv, temporary, writeShops } from './fixtures/tables.ts';

const folder = temporary();
const { at, path } = folder;
const rows = fileURLToPath(new URL('data/far-rows.ts', import.meta.url));
const before = process.cwd();
beforeAll(() => {
  process.chdir(path);
  writeShops(at('shops.csv'), 120, 1);
  // Its first row has no target, and is left out.
  writeFileSync(at('more.csv'), shopsCsv(40, 2).replace(/,(well|badly)\n/, ',\n'));
});
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const fit = ['fit', 'shops.csv', '--target', 'does'];

describe('--machines', () => {
  it.each([
    [
      [...fit, '--weights', 'sales', '--machines', 'redis://somewhere'],
      '`--weights` must be left out with --machines: tables on other machines have no weights. Received: sales.',
    ],
    [
      ['fit', '-', '--target', 'does', '--machines', 'redis://somewhere'],
      'the files must be ones that every machine can read with --machines. Received: -, standard input.',
    ],
    [
      [...fit, '--machines', 'http://me:secret@somewhere'],
      '`--machines` must be a URL that begins with redis:// or rediss://. Received: http://…@somewhere.',
    ],
    [
      [...fit, '--machines', 'redis://me:secret@a', '--machines', 'redis://me:secret@b'],
      '`--machines` must be given once. Received: redis://…@a, then redis://…@b.',
    ],
  ])('refuses in one line what workers cannot have: %j', async (args, message) => {
    const { code, stderr } = await inProcess(args);
    expect(stderr).toBe(`kernel-methods: ${message}\n`);
    expect(code).toBe(2);
  });
});

describe.skipIf(!hasRedis)(`--machines${whyNoRedis}`, () => {
  let server: RedisServer;
  let workers: WorkerProcess[];
  beforeAll(async () => {
    server = await RedisServer.start();
    const allow = ['--allow', `kernel-methods=${rows}`];
    workers = [1, 2].map(() => new WorkerProcess(server.url, allow));
    await Promise.all(workers.map((worker) => worker.ready()));
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    await server.stop();
  });

  async function predictions(model: string, ...args: string[]) {
    const fitted = await run([...args, '--save', model, '--quiet'], path);
    expect(fitted.stderr).toBe('');
    expect(fitted.code).toBe(0);
    expect((await run(['predict', model, 'more.csv', '--out', 'out.csv'], path)).code).toBe(0);
    const [header, ...lines] = readFileSync(at('out.csv'), 'utf8').trim().split('\n');
    return { header, lines: lines.map((line) => line.split(',')) };
  }

  it.each([
    ['does', ['--drop', 'sales']],
    ['sales', ['--drop', 'does', '--updatable']],
  ])('finds by workers the model that one machine finds, of %s', async (target, more) => {
    const args = ['fit', 'shops.csv', 'more.csv', '--target', target, '--candidates', '2', ...more];
    const alone = await predictions('alone', ...args);
    const sent = () => workers.flatMap(({ text }) => text.match(/MB sent/g) ?? []).length;
    const sentBefore = sent();
    const many = await predictions('many', ...args, '--machines', server.url);
    // Workers remove what BullMQ keeps of their queue while they listen.
    await expect.poll(() => server.keys(), { timeout: 30_000 }).toEqual([]);
    await expect.poll(sent).toBeGreaterThan(sentBefore);
    expect(many.header).toBe(alone.header);
    expect(many.lines).toHaveLength(40);
    const isNear = (one: string, other: string) =>
      one === other || Math.abs(Number(one) - Number(other)) <= 1e-3 * (1 + Math.abs(Number(one)));
    const others = many.lines.flatMap((line, i) =>
      line.filter((cell, j) => !isNear(cell, alone.lines[i][j])),
    );
    expect(others).toEqual([]);
  });

  it('learns more from what --updatable keeps', async () => {
    writeShops(at('later.csv'), 40, 3);
    const { code, stderr } = await run(['update', 'many', 'later.csv', '--quiet'], path);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const shown = await run(['show', 'many'], path);
    expect(shown.stdout).toMatch(/\b200 rows/);
  });

  it('says that no worker listens, leaves nothing in Redis at SIGTERM, and trains here', async () => {
    const empty = await RedisServer.start();
    const url = empty.url.replace('//', '//default:@');
    const child = start([...fit, '--candidates', '1', '--save', 'here', '--machines', url], path);
    const ending = ended(child);
    let said = '';
    child.stderr?.on('data', (text) => {
      said += text;
    });
    await expect.poll(() => said, { timeout: 30_000 }).toContain('No worker listens at ');
    expect(await empty.keys()).not.toEqual([]);
    child.kill('SIGTERM');
    const { code, stderr } = await ending;
    const shown = empty.url.replace('//', '//…@');
    expect(stderr).toContain(
      `No worker listens at ${shown}; start one with: npx kernel-methods-worker --redis ${shown} --allow kernel-methods=@kernel-methods/command/dist/rows.js`,
    );
    expect(stderr).toContain('Stopping with the best so far.');
    expect(stderr).toContain('The model is trained here, as the workers were stopped.');
    expect(code).toBe(143);
    expect(await empty.keys()).toEqual([]);
    expect((await run(['predict', 'here', 'more.csv', '--out', 'out.csv'], path)).code).toBe(0);
    await empty.stop();
  });
});
