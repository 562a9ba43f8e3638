// Times single-row predictions over HTTP: `bench/serve.ts MODEL FILE`, with a model that fit has saved
// and rows to ask for. The service's first second is told by itself: the client has warmed up on another
// service by then. --check exits 1 where the bar is missed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { readNamed } from '../src/data/read-data.ts';
import { specsFor } from '../src/data/rows-for-model.ts';
import { readRecord } from '../src/model/model-folder.ts';
import { readingOptions } from '../src/options/reading-options.ts';
import { paced, quantile } from './paced.ts';

const headers = { 'content-type': 'application/json' };
const bar = { perSecond: 2000, p99: 25 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '16' },
    rate: { type: 'string', default: '2010' },
    check: { type: 'boolean', default: false },
  },
});
const [model, file] = positionals;
const record = readRecord(model);
const noReading = Object.fromEntries(Object.keys(readingOptions).map((name) => [name, undefined]));
const table = (await readNamed(file, noReading as never, specsFor(record, false))).head(1000);
const names = record.columns.map(({ name }) => name);
const bodies = [...table.select(...names)].map((row) => JSON.stringify(row));

const server = spawn(process.execPath, [
  '--conditions=@kernel-methods/source',
  join(import.meta.dirname, '../src/main.ts'),
  ...['serve', model, '--port', '0'],
]);
server.stderr.pipe(process.stderr);
try {
  const url = await new Promise<string>((resolve) => {
    createInterface(server.stdout).on('line', (line) => {
      const found = /http:\S+\/predict/.exec(line);
      if (found) resolve(found[0].replace(/;$/, ''));
    });
  });
  await warmClient();
  const rate = Number(values.rate);
  const { latencies, failed } = await send(url, 1 + Number(values.seconds));
  const parts = { 'first second': latencies.slice(0, rate), 'after it': latencies.slice(rate) };
  console.log(`${rate} predictions a second, one by one; ${failed} failed`);
  for (const [name, part] of Object.entries(parts)) {
    const [median, p99, most] = [0.5, 0.99, 1].map((share) => quantile(part, share).toFixed(1));
    console.log(`  ${name}: milliseconds: median ${median}, p99 ${p99}, most ${most}`);
  }
  const inTime = Object.values(parts).every((part) => quantile(part, 0.99) <= bar.p99);
  const most = await autocannon({
    ...{ url, method: 'POST', duration: 5, connections: Number(values.connections) },
    ...{ headers, requests: bodies.map((body) => ({ body })) },
  });
  console.log(
    `${most.requests.average.toFixed(0)} a second at most, with p99 ${most.latency.p99} ms; ${most.non2xx + most.errors} failed`,
  );
  const met = inTime && rate >= bar.perSecond && failed + most.non2xx + most.errors === 0;
  console.log(`${met ? 'met' : 'MISSED'}: ${bar.perSecond} a second at p99 under ${bar.p99} ms`);
  process.exitCode = values.check && !met ? 1 : 0;
} finally {
  server.kill('SIGTERM');
}

function send(url: string, seconds: number) {
  const connections = Number(values.connections);
  return paced(url, { seconds, connections, bodies, rate: Number(values.rate) });
}

/** Its own code is compiled before the service is timed. */
async function warmClient(): Promise<void> {
  const answering = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(answering, 'listening');
  await send(`http://127.0.0.1:${(answering.address() as AddressInfo).port}/`, 3);
  answering.close();
}
