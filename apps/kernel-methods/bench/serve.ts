// Times single-row predictions over HTTP: `bench/serve.ts MODEL FILE`, with a model that fit has saved
// and rows to ask for. --check exits 1 where the bar is missed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { readNamed } from '../src/data/read-data.ts';
import { specsFor } from '../src/data/rows-for-model.ts';
import { readRecord } from '../src/model/model-folder.ts';
import { readingOptions } from '../src/options/reading-options.ts';

const bar = { perSecond: 2000, p99: 25 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '16' },
    rate: { type: 'string' },
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
  const run = (seconds: number) =>
    autocannon({
      ...{ url, method: 'POST', duration: seconds, connections: Number(values.connections) },
      ...(values.rate !== undefined && { overallRate: Number(values.rate) }),
      headers: { 'content-type': 'application/json' },
      requests: bodies.map((body) => ({ body })),
    });
  await run(3);
  const { requests, latency, non2xx, errors } = await run(Number(values.seconds));
  const perSecond = requests.average;
  console.log(
    `${perSecond.toFixed(0)} predictions a second; milliseconds: median ${latency.p50}, p99 ${latency.p99}, most ${latency.max}; ${non2xx + errors} failed`,
  );
  const met = perSecond >= 0.995 * bar.perSecond && latency.p99 <= bar.p99 && non2xx + errors === 0;
  console.log(`${met ? 'met' : 'MISSED'}: ${bar.perSecond} a second at p99 under ${bar.p99} ms`);
  process.exitCode = values.check && !met ? 1 : 0;
} finally {
  server.kill('SIGTERM');
}
