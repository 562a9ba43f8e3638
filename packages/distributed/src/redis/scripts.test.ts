import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasRedis, RedisServer, whyNoRedis } from '../fixtures/redis-server.ts';
import { type Run, scriptsOn } from './scripts.ts';
import { Store } from './store.ts';

const P = 'kernel-methods:{fit}:';
const LEASE = 150;
const GRACE = 20_000;

/** A signal that is aborted once it was asked this often. */
function abortAfter(often: number) {
  const abort = { calls: 0 };
  const throwIfAborted = () => {
    if (abort.calls++ >= often) throw new Error('enough');
  };
  return { abort, signal: { throwIfAborted } as AbortSignal };
}

describe.skipIf(!hasRedis)(`the scripts of a fit${whyNoRedis}`, () => {
  let server: RedisServer;
  let redis: Redis;
  let run: Run;
  let store: Store;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    redis = new Redis(server.url);
    run = scriptsOn(redis);
    store = new Store(redis, run, P);
    await redis.flushall();
    await run('openFit', P, 'print', LEASE, 'fail', 1, GRACE);
    await begin('sums', 3);
  });
  afterEach(() => redis.disconnect());

  const begin = (name: string, items: number, more = {}) =>
    run('beginStep', P, name, JSON.stringify({ name, ...more }), items);
  let requests = 0;
  const claim = async (seat: string, held = '') => {
    const [state, , ...items] = (await run('claim', P, seat, requests++, held)) as string[];
    return [state, ...items];
  };
  const commit = async (seat: string, part: string, ...items: string[]) => {
    await store.put(part, Uint8Array.of(1));
    return run('commit', P, seat, 'sums', part, 10, 0, ...items);
  };
  const status = () => run('stepStatus', P, 'sums', 3);
  const done = async () => ((await status()) as [number])[0];

  it('gives each item to one seat, and records it once', async () => {
    for (const seat of ['a', 'b']) await run('joinFit', P, seat);
    const items: string[] = [];
    for (const seat of ['a', 'b', 'a']) items.push((await claim(seat))[1]);
    expect(items.sort()).toEqual(['0', '1', '2']);
    expect(await claim('b')).toEqual(['idle']);
    const claims = await redis.hgetall(`${P}claims:sums`);
    const of = (seat: string) => Object.keys(claims).filter((item) => claims[item] === seat);
    expect(await commit('b', 'stolen', ...of('a'))).toBe('lost');
    expect(await commit('a', 'one', ...of('a'))).toBe('ok');
    expect(await commit('a', 'again', ...of('a'))).toBe('lost');
    expect(await done()).toBe(2);
    expect(await commit('b', 'two', ...of('b'))).toBe('ok');
    const [, , , , parts] = (await status()) as [number, number, number, string[], string[]];
    expect(
      parts
        .filter((_, i) => i % 2 === 1)
        .join()
        .split(',')
        .sort(),
    ).toEqual(['0', '1', '2']);
  });

  it('answers the same to a claim or a result that is sent twice', async () => {
    await run('joinFit', P, 'a');
    const first = await run('claim', P, 'a', 7, '');
    expect(await run('claim', P, 'a', 7, '')).toEqual(first);
    const item = (first as string[])[2];
    expect(await commit('a', 'one', item)).toBe('ok');
    expect(await commit('a', 'one', item)).toBe('ok');
    expect(await done()).toBe(1);
  });

  it('gives the items of a silent seat to others, and refuses its late result', async () => {
    for (const seat of ['slow', 'fast']) await run('joinFit', P, seat);
    const [, item] = await claim('slow');
    const items: string[] = [];
    while (items.length < 3) {
      await delay(30);
      await run('beat', P, 'fast', 'sums', 0);
      const [state, one] = await claim('fast', items.length > 0 ? 'sums' : '');
      if (state === 'ok') items.push(one);
    }
    expect(items).toContain(item);
    expect(await commit('slow', 'late', item)).toBe('lost');
    expect(await commit('fast', 'all', ...items)).toBe('ok');
    expect(await commit('slow', 'later', item)).toBe('lost');
    expect(await run('beat', P, 'slow', 'sums', 0)).toBe('lost');
    expect(await done()).toBe(3);
  });

  it('does not record a result of which a chunk is missing', async () => {
    await run('joinFit', P, 'a');
    const [, item] = await claim('a');
    await redis.set(`${P}bytes:torn:0`, 'some', 'PX', 60_000);
    expect(await run('keepBytes', P, 'torn', 2, 8)).toBe(0);
    expect(await run('commit', P, 'a', 'sums', 'torn', 0, 0, item)).toBe('torn');
    expect(await done()).toBe(0);
    expect(await store.get('torn')).toBeUndefined();
    expect(await redis.pttl(`${P}bytes:torn:0`)).toBeGreaterThan(0);
    await redis.set(`${P}bytes:torn:1`, 'more', 'PX', 60_000);
    expect(await run('keepBytes', P, 'torn', 2, 8)).toBe(1);
    // As long as the fit.
    expect(await redis.pttl(`${P}bytes:torn:0`)).toBeLessThanOrEqual(GRACE);
    expect(await run('commit', P, 'a', 'sums', 'torn', 0, 0, item)).toBe('ok');
    await run('forgetStep', P, 'sums');
    expect(await redis.keys('*bytes*')).toEqual([]);
  });

  it('tries an item that failed again, alone, and then says so', async () => {
    await run('joinFit', P, 'a');
    const [, one] = await claim('a');
    const [, two] = await claim('a', 'sums');
    await run('giveBack', P, 'a', 'sums', two, 'bad', one, two);
    expect(await claim('a')).toEqual(['ok', two, 'alone']);
    await run('giveBack', P, 'a', 'sums', two, 'bad', two);
    const [, , , failed] = (await status()) as [number, number, number, string[]];
    expect(failed).toEqual([two, 'bad']);
  });

  it('keeps items with the seat that had them, while it lives', async () => {
    await begin('pass-0', 2, { staysHome: true });
    for (const seat of ['a', 'b']) await run('joinFit', P, seat);
    const items: Record<string, string> = {};
    for (const seat of ['a', 'b']) {
      const [, item] = await claim(seat);
      items[seat] = item;
      const part = `${seat}0`;
      await store.put(part, Uint8Array.of(1));
      expect(await run('commit', P, seat, 'pass-0', part, 0, 1, item)).toBe('ok');
    }
    await begin('pass-1', 2, { staysHome: true });
    expect(await claim('b')).toEqual(['ok', items.b]);
    expect(await claim('b', 'pass-1')).toEqual(['idle']);
    await run('leaveFit', P, 'a');
    expect(await claim('b', 'pass-1')).toEqual(['ok', items.a]);
  });

  it('keeps nothing for a fit that is gone', async () => {
    await run('joinFit', P, 'a');
    const [, item] = await claim('a');
    await redis.flushall();
    await store.put('late', Uint8Array.of(1));
    expect(await run('commit', P, 'a', 'sums', 'late', 0, 0, item)).toBe('gone');
    expect(await claim('a')).toEqual(['gone']);
    expect(await run('joinFit', P, 'b')).toBe(0);
    expect(await run('beat', P, 'a', 'sums', 5)).toBe('gone');
    expect(await begin('sums', 3)).toBe(0);
    expect(await redis.keys('*')).toEqual([]);
  });

  /** Everything that a fit may have in Redis. */
  async function makeAll() {
    for (const seat of ['a', 'b']) await run('joinFit', P, seat);
    const [, one] = await claim('a');
    await commit('a', 'one', one);
    const [, two] = await claim('a');
    await run('giveBack', P, 'a', 'sums', two, 'bad', two);
    await claim('b');
    await run('beat', P, 'b', 'sums', 5);
    await begin('pass-0', 2, { staysHome: true });
    const [, item] = await claim('a');
    await store.put('home', new Uint8Array(5 * 2 ** 20));
    expect(await run('commit', P, 'a', 'pass-0', 'home', 0, 1, item)).toBe('ok');
    const [, failing] = await claim('a');
    for (let tries = 0; tries < 2; tries++) {
      await run('giveBack', P, 'a', 'pass-0', failing, 'bad', failing);
      await claim('a');
    }
  }

  it('lets all of a fit live as long as the fit, and as long as it is kept', async () => {
    await makeAll();
    const keys = await redis.keys('*');
    const lives = async () => Promise.all(keys.map((key) => redis.pttl(key)));
    const own = keys.filter((key) => !key.endsWith(':swept'));
    expect(own.length).toBeGreaterThan(20);
    for (const key of own) {
      const life = await redis.pttl(key);
      expect(life, key).toBeGreaterThan(GRACE / 2);
      expect(life, key).toBeLessThanOrEqual(GRACE);
    }
    expect(await run('keepFit', P, 2 * GRACE)).toBe(1);
    for (const key of own) expect(await redis.pttl(key), key).toBeGreaterThan(GRACE);
    expect(await run('keepFit', P, 50)).toBe(1);
    await delay(100);
    expect((await lives()).filter((life) => life > LEASE)).toEqual([]);
    expect(await claim('a')).toEqual(['gone']);
    expect(await run('keepFit', P, GRACE)).toBe(0);
    await expect.poll(() => redis.keys('*')).toEqual([]);
  });

  it('lets a queue and jobs live at least as long, and never shorter', async () => {
    const Q = 'kernel-methods:fits:';
    await redis.rpush(`${Q}wait`, 'x.0');
    await redis.hset(`${Q}x.0`, 'data', '{}');
    await redis.hset(`${Q}y.0`, 'data', '{}');
    await redis.set(`${Q}stalled-check`, '1', 'PX', 100);
    await run('keepQueue', Q, 5000, 'x.0', 'x.1');
    await run('keepQueue', Q, 100, 'x.0');
    for (const key of ['wait', 'x.0']) expect(await redis.pttl(Q + key)).toBeGreaterThan(4000);
    expect(await redis.pttl(`${Q}y.0`)).toBe(-1);
    // BullMQ looks for workers that died only once this has gone.
    expect(await redis.pttl(`${Q}stalled-check`)).toBeLessThanOrEqual(100);
  });

  it('has one coordinator at a time', async () => {
    expect(await run('coordinate', P, 'one', LEASE)).toBe(1);
    expect(await run('coordinate', P, 'two', LEASE)).toBe(0);
    expect(await run('coordinate', P, 'one', LEASE)).toBe(1);
    await delay(LEASE + 50);
    expect(await run('coordinate', P, 'two', LEASE)).toBe(1);
  });

  it('carries bytes of any size', async () => {
    for (const size of [0, 1, 2 ** 22, 2 ** 22 + 1]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
      await store.put('some', bytes);
      const back = (await store.get('some')) as Uint8Array;
      expect(back.length).toBe(size);
      expect(Buffer.compare(back, bytes)).toBe(0);
      await store.delete('some');
      expect(await redis.keys('*bytes*')).toEqual([]);
    }
  });

  it('sends a chunk again that was lost before all were there', async () => {
    let lost = 0;
    const losing: Run = async (name, ...args) => {
      if (name === 'keepBytes' && lost++ === 0) await redis.unlink(`${P}bytes:some:1`);
      return run(name, ...args);
    };
    const bytes = new Uint8Array(5 * 2 ** 20).fill(7);
    await new Store(redis, losing, P).put('some', bytes);
    expect(lost).toBe(2);
    expect(Buffer.compare((await store.get('some')) as Uint8Array, bytes)).toBe(0);
  });

  it('gives up where chunks are always gone', async () => {
    const losing: Run = async (name, ...args) => {
      if (name === 'keepBytes') await redis.unlink(`${P}bytes:some:0`);
      return run(name, ...args);
    };
    const put = new Store(redis, losing, P).put('some', new Uint8Array(10));
    await expect(put).rejects.toThrow('Redis must keep what it is sent until it is whole.');
  });

  it('keeps a value whole that is sent again, however long it takes', async () => {
    const bytes = new Uint8Array(5 * 2 ** 20).fill(7);
    await store.put('some', bytes);
    const sending = abortAfter(1);
    await expect(store.put('some', bytes, sending.signal)).rejects.toThrow('enough');
    // Not a header without its chunks.
    expect(await redis.exists(`${P}bytes:some`)).toBe(0);
    await store.put('some', bytes);
    expect(await redis.pttl(`${P}bytes:some:0`)).toBeLessThanOrEqual(GRACE);
  });

  it('leaves no chunk of a value whose sending was aborted', async () => {
    const { signal, abort } = abortAfter(2);
    const put = store.put('some', new Uint8Array(13 * 2 ** 20), signal);
    await expect(put).rejects.toThrow('enough');
    expect(abort.calls).toBe(3);
    expect(await redis.keys('*bytes*')).toEqual([]);
  });
});
