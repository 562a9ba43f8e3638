import '@kernel-methods/backend-simd';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { laneSeed, tellLane } from '@kernel-methods/test-utils/lanes';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mixedRequests } from '../fixtures/mixed-requests.ts';
import { ended, run, start } from '../fixtures/run.ts';
import { answeredBy, soak, startService } from '../fixtures/soak.ts';
import { shopsCsv, temporary, writeShops } from '../fixtures/tables.ts';
import { openModel, saveModel } from '../model/model-folder.ts';
import { Metrics } from './metrics.ts';
import { ServedModels } from './served-models.ts';
import { createServer } from './server.ts';
import { warmUp } from './warm-up.ts';

const folder = temporary();
const limits = { mostRows: 500, mostMegabytes: 0.2, concurrency: 8 };
let models: ServedModels;
let metrics: Metrics;
let app: FastifyInstance;

const fit = (target: string, save: string) =>
  run(
    [
      'fit',
      'shops.csv',
      '--target',
      target,
      '--drop',
      target === 'does' ? 'sales,id' : 'does,id',
      '--candidates',
      '1',
      '--save',
      save,
      '--quiet',
    ],
    folder.path,
  );

beforeAll(async () => {
  writeShops(folder.at('shops.csv'), 200, 1);
  for (const [target, save] of [
    ['does', 'classes'],
    ['sales', 'numbers'],
  ]) {
    const { code, stderr } = await fit(target, save);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }
  metrics = new Metrics();
  models = await ServedModels.open([folder.at('classes'), folder.at('numbers')], {
    onBatch: (rows) => metrics.batch(rows),
  });
  app = createServer({ models, metrics, ...limits });
}, 120_000);
afterAll(async () => {
  await app.close();
  models.dispose();
  folder.remove();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const row = { x: 0.2, y: -0.3, kind: 'cafe' };
const post = (payload: unknown, url = '/predict', headers: Record<string, string> = {}) =>
  app.inject({
    ...{ method: 'POST', url },
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

describe('POST /predict', () => {
  it('answers for one row, and for several in their order', async () => {
    const one = (await post(row)).json();
    expect(one.prediction).toBe('well');
    expect(one.probabilities.well + one.probabilities.badly).toBeCloseTo(1, 5);
    const far = { ...row, x: 4 };
    const { predictions } = (await post([far, row])).json();
    expect(predictions).toHaveLength(2);
    expect(predictions[0].prediction).toBe('badly');
    expect(predictions[1].probabilities.well).toBeCloseTo(one.probabilities.well, 5);
    expect((await post({ rows: [row] })).json().predictions).toHaveLength(1);
  });

  it('says what the command line says', async () => {
    const csv = shopsCsv(40, 7);
    const { stdout } = await run(['predict', 'classes', '-'], folder.path, csv);
    const answered = await post(csv, '/predict', { 'content-type': 'text/csv' });
    expect(answered.headers['content-type']).toContain('text/csv');
    expect(answered.payload).toBe(stdout);
  });

  it('gives intervals, from another model', async () => {
    const { prediction, lower, upper } = (
      await post({ x: 0, y: 0, kind: 'books' }, '/models/numbers/predict')
    ).json();
    expect(lower).toBeLessThan(prediction);
    expect(upper).toBeGreaterThan(prediction);
    expect((await post(row, '/models/other/predict')).statusCode).toBe(404);
  });

  it('takes blanks and values that training has not seen', async () => {
    const { statusCode } = await post([
      { x: null, y: 0, kind: null },
      { ...row, kind: 'boats' },
    ]);
    expect(statusCode).toBe(200);
  });

  it.each([
    [
      'a text for a number',
      [row, { ...row, x: 'far' }],
      422,
      'Row 2, column x must be a number between −3.4e38 and 3.4e38, or null. Received: "far".',
    ],
    [
      'a row without a column',
      { x: 1, y: 2 },
      422,
      'Row 1, column kind must be there: a string, or null.',
    ],
    [
      'a number for a category',
      { ...row, kind: 3 },
      422,
      'column kind must be a string, or null. Received: 3.',
    ],
    [
      'a number beyond float32',
      { ...row, x: 1e39 },
      422,
      'column x must be a number between −3.4e38 and 3.4e38, or null. Received: 1e+39.',
    ],
    ['a number beyond float64', '{"x":1e400,"y":0,"kind":"cafe"}', 422, 'Received: Infinity.'],
    ['rows that are none', { rows: 5 }, 400, '`rows` must be an array of objects. Received: 5.'],
    ['a number for a row', [row, 3], 422, 'Row 2 must be an object'],
    ['no rows', [], 422, 'There must be a row or more'],
    ['half of JSON', '{"x":', 400, 'The body must be JSON.'],
    ['JSON that is no row', '7', 400, 'The body must be an object'],
    [
      'too many rows',
      Array.from({ length: 501 }, () => row),
      413,
      'A request may have 500 rows. Received: 501.',
    ],
    ['too many bytes', { ...row, kind: 'k'.repeat(300_000) }, 413, 'too large'],
  ])('refuses %s', async (_name, payload, status, message) => {
    const answer = await post(payload);
    expect(answer.json().error).toContain(message);
    expect(answer.statusCode).toBe(status);
  });

  it('names the row and the column of CSV', async () => {
    const answer = await post('x,y,kind\n1,2,cafe\n1,two,cafe\n', '/predict', {
      'content-type': 'text/csv',
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().faults[0]).toMatchObject({ row: 2, column: 'y' });
    expect(answer.json().error).toContain('in row 2.');
    const huge = await post('x,y,kind\n1,2,cafe\n1e39,2,cafe\n', '/predict', {
      'content-type': 'text/csv',
    });
    expect(huge.statusCode).toBe(422);
    expect(huge.json().faults[0]).toMatchObject({ row: 2, column: 'x' });
    const ragged = await post('x,y,kind\n1,2\n', '/predict', { 'content-type': 'text/csv' });
    expect(ragged.json().error).toBe('line 2: a record has 2 fields, and there are 3 columns.');
    const less = await post('x,y\n1,2\n', '/predict', { 'content-type': 'text/csv' });
    expect(less.json().error).toContain('there is no column "kind"');
  });

  it('says which types it takes, and has one shape of errors', async () => {
    const answer = await post('<x/>', '/predict', { 'content-type': 'application/xml' });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toEqual({
      error: 'The content-type must be application/json or text/csv. Received: application/xml.',
    });
    const bad = await app.inject('/%');
    expect([bad.statusCode, Object.keys(bad.json())]).toEqual([400, ['error']]);
  });

  it('answers what is no HTTP in the same shape', async () => {
    const served = createServer({ models, metrics, ...limits });
    await served.listen({ port: 0, host: '127.0.0.1' });
    const { port } = served.server.address() as AddressInfo;
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('what\r\n\r\n'));
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('close', () => resolve(text));
    });
    await served.close();
    expect(said).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(said.split('\r\n\r\n')[1])).toEqual({ error: 'The request must be HTTP.' });
  });

  it('answers nothing of what is drawn with 5xx', async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ x: fc.anything(), y: fc.float(), kind: fc.string() }).map((one) => {
        try {
          return JSON.stringify(one) ?? '';
        } catch {
          return '';
        }
      }),
      fc
        .array(fc.record({ x: fc.double(), y: fc.double(), kind: fc.string({ unit: 'binary' }) }), {
          maxLength: 5,
        })
        .map((rows) => JSON.stringify(rows)),
    );
    const type = fc.constantFrom(
      'application/json',
      'text/csv',
      'text/plain',
      'application/xml',
      '',
    );
    const url = fc.constantFrom(
      '/predict',
      '/models/numbers/predict',
      '/models/%00/predict',
      '/predict/',
      '/%',
    );
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(body, type, url, async (payload, contentType, path) => {
        const { statusCode } = await post(payload, path, { 'content-type': contentType });
        expect(statusCode).toBeLessThan(500);
        answered += Number(statusCode === 200);
      }),
      { numRuns: 400, seed: Number(process.env.KERNEL_METHODS_SEED ?? 1) },
    );
    // Some of what is drawn is right.
    expect(answered).toBeGreaterThan(0);
  });
});

it('says none of these, and a set of classes, in its document too', async () => {
  const args = ['fit', 'shops.csv', '--target', 'does', '--drop', 'sales,id', '--candidates', '1'];
  const more = ['--reject', '0.9', '--interval', '0.9', '--save', 'unlike', '--quiet'];
  expect((await run([...args, ...more], folder.path)).code).toBe(0);
  const some = await ServedModels.open([folder.at('unlike')], { interval: 0.999 });
  const own = createServer({ models: some, metrics, ...limits });
  const payload = [row, { x: 60, y: -50, kind: 'books' }];
  const answer = await own.inject({ method: 'POST', url: '/predict', payload });
  const [usual, odd] = answer.json().predictions;
  expect(usual.prediction).toBe('well');
  expect(usual.set).toContain('well');
  expect(odd.prediction).toBeNull();
  const { properties, required } = (await own.inject('/openapi.json')).json().components.schemas[
    'unlike.answer'
  ];
  expect(properties.prediction.enum).toEqual(['badly', 'well', null]);
  expect(properties.set.description).toBe('the classes that hold the truth in 99.90 % of rows');
  expect(Object.keys(usual).sort()).toEqual([...required].sort());
  await own.close();
  some.dispose();
});

it('predicts requests that come together in few batches', async () => {
  const before = Number(/batches_total (\d+)/.exec(metrics.text())![1]);
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(row)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(new Array(8).fill(200));
  const after = Number(/batches_total (\d+)/.exec(metrics.text())![1]);
  expect(after - before).toBeLessThan(8);
});

it('warms each model up by requests that it answers, and counts none of them', async () => {
  const own = new Metrics();
  const warmed = createServer({
    models,
    metrics: own,
    ...limits,
    concurrency: 16,
    token: 'secret',
  });
  await warmUp(warmed, models, { headers: { authorization: 'Bearer secret' } });
  // The rows are such as each model takes.
  const [, ...lines] = own.text().match(/kernel_methods_requests_total\{.*/g)!;
  expect(lines).toEqual([]);
  expect(own.text()).toMatch(
    /requests_total\{route="\/models\/:name\/predict",status="200"\} \d{2,}\n/,
  );
  own.clear();
  expect(own.answered).toBe(0);
  expect(own.text()).not.toContain('requests_total{');
  const stopped = new AbortController();
  stopped.abort();
  await warmUp(warmed, models, {
    ...{ headers: { authorization: 'Bearer secret' }, signal: stopped.signal },
  });
  expect(own.answered).toBe(models.names.length);
  await warmed.close();
});

it('turns away more requests than it may answer at a time', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(row)));
  const statuses = answers.map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 200)).toHaveLength(8);
  expect(statuses.filter((status) => status === 503)).toHaveLength(12);
  expect(answers.find(({ statusCode }) => statusCode === 503)!.headers['retry-after']).toBe('1');
});

it('asks for the token, but for /health', async () => {
  const guarded = createServer({ models, metrics, ...limits, token: 'secret' });
  const get = (url: string, authorization?: string) =>
    guarded.inject({ url, ...(authorization && { headers: { authorization } }) });
  expect((await get('/health')).statusCode).toBe(200);
  expect((await get('/models')).statusCode).toBe(401);
  expect((await get('/models', 'Bearer wrong')).statusCode).toBe(401);
  expect((await get('/models', 'Bearer secret')).statusCode).toBe(200);
  expect((await get('/nowhere')).statusCode).toBe(401);
  await guarded.close();
});

it('describes itself: health, models, metrics, OpenAPI', async () => {
  expect((await app.inject('/health')).json()).toEqual({
    status: 'ok',
    models: ['classes', 'numbers'],
  });
  const { models: told } = (await app.inject('/models')).json();
  expect(told[0]).toMatchObject({ name: 'classes', target: 'does', task: 'classification' });
  const text = (await app.inject('/metrics')).payload;
  expect(text).toMatch(/kernel_methods_requests_total\{route="\/predict",status="200"\} \d+/);
  const [inf] = text.match(/le="\+Inf"\} (\d+)/)!.slice(1);
  expect(text).toContain(`kernel_methods_request_seconds_count ${inf}`);
  const document = (await app.inject('/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  const schema = document.components.schemas['classes.row'];
  expect(schema.required).toEqual(['x', 'y', 'kind']);
  expect(schema.properties.kind.description).toContain('cafe');
  expect(document.paths['/models/numbers/predict'].post).toBeDefined();
});

describe('as a process', () => {
  it('answers mixed requests as it must, through a model that is saved anew, until SIGTERM', async () => {
    const given = Array.from({ length: 20 }, (_, i) => ({
      x: 3 * Math.cos(i),
      y: 0.1 * i,
      kind: ['cafe', 'books', 'shoes'][i % 3],
    }));
    const { predictions } = (await post(given)).json();
    const rows = given.map((one, i) => ({ row: one, prediction: predictions[i].prediction }));
    const requests = mixedRequests(500, rows, laneSeed());
    const service = await startService(['classes'], folder.path);
    const { right, wrong, answered, asked, refused, end } = await soak(
      service,
      requests,
      async () => {
        const saved = await openModel(folder.at('classes'));
        await saveModel(folder.at('classes'), saved.model, saved.record);
        saved.model.dispose();
      },
    );
    expect(wrong).toEqual([]);
    expect(right + refused).toBe(500);
    // Two thirds were sent before the signal.
    expect(right).toBeGreaterThan(330);
    expect(end.code).toBe(0);
    // None that the service has taken was lost on its way back.
    expect(answeredBy(end)).toBe(answered + asked);
    expect(end.stderr).toContain('classes is read again.');
    tellLane('mixed requests', { right, refused }, laneSeed());
  });

  it('ends at once at a second signal, whatever it waits for', async () => {
    const service = await startService(['classes'], folder.path);
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(
      'POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    );
    await pause(100);
    service.stop();
    await pause(400);
    service.stop('SIGINT');
    const { code, stderr } = await service.end;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping');
    expect(stderr).not.toContain('Stopped');
  });

  it('reads a model again without losing a request, and answers those that it has at SIGTERM', async () => {
    const child = start(['serve', 'classes', '--port', '0'], folder.path);
    const end = ended(child);
    const url = await new Promise<string>((resolve) => {
      child.stdout?.on('data', (text) => {
        const found = /http:\S+?\/predict/.exec(String(text));
        if (found) resolve(found[0]);
      });
    });
    const ask = async () => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(row),
      });
      return [response.status, (await response.json()).prediction] as const;
    };
    const loadedAt = async () =>
      (await (await fetch(url.replace('predict', 'models'))).json()).models[0].loadedAt;
    const first = await loadedAt();
    const statuses: number[] = [];
    let asking = true;
    const asked = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (asking) {
          statuses.push((await ask())[0]);
          await pause(5);
        }
      }),
    );
    const saved = await openModel(folder.at('classes'));
    await saveModel(folder.at('classes'), saved.model, saved.record);
    saved.model.dispose();
    while ((await loadedAt()) === first) await pause(50);
    asking = false;
    await asked;
    expect(statuses.length).toBeGreaterThan(3);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const last = Array.from({ length: 5 }, ask);
    await pause(30);
    // A browser connects ahead of time, and someone stops in the middle of a request.
    const { hostname, port } = new URL(url);
    for (const begun of ['', 'POST /predict HTTP/1.1\r\nHost: a\r\n']) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      await once(socket, 'connect');
      if (begun !== '') socket.write(begun);
    }
    child.kill('SIGTERM');
    for (const [status, prediction] of await Promise.all(last)) {
      expect([status, prediction]).toEqual([200, 'well']);
    }
    const { code, stderr } = await end;
    expect(stderr).toContain('classes is read again.');
    expect(code).toBe(0);
  });
});

it('has its document in the README', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  expect(readme).toContain('/openapi.json');
});
