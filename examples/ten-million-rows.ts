/**
 * Fits ten million synthetic rows through four workers, which are processes of this machine here and
 * may be machines elsewhere. It needs a Redis: that of REDIS_URL, or redis-server, which it starts.
 *
 *   node ten-million-rows.ts [ROWS] [FEATURES] [WORKERS]
 *
 * Rows are described, not sent: a worker calls `rows` of ten-million-rows/rows.js for its shards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { distributedFit } from '@kernel-methods/distributed';
import { KernelRidge } from 'kernel-methods';
import { rows } from './ten-million-rows/rows.js';

const [count = 10_000_000, outputDim = 256, workers = 4] = process.argv.slice(2).map(Number);
const children: ChildProcess[] = [];
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function redis(): Promise<string> {
  if (process.env.REDIS_URL) return process.env.REDIS_URL;
  const port = 20_000 + (process.pid % 10_000);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
  children.push(spawn('redis-server', args, { stdio: 'ignore' }));
  return `redis://127.0.0.1:${port}`;
}

/** A worker, as `npx kernel-methods-worker` would start it. */
async function worker(url: string): Promise<void> {
  const program = fileURLToPath(import.meta.resolve('@kernel-methods/distributed/worker'));
  const allow = `rows=${pathOf('ten-million-rows/rows.js')}`;
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, '--redis', url, '--allow', allow],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  child.stdout.pipe(process.stdout);
  await once(child.stdout, 'data');
}

try {
  const url = await redis();
  await Promise.all(Array.from({ length: workers }, () => worker(url)));
  const size = Math.ceil(count / 100);
  const shards = Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    ...{ module: 'rows', function: 'rows' },
    argument: { from: i * size, count: Math.min(size, count - i * size) },
  }));
  const model = new KernelRidge({ outputDim, l2: 1e-6 });
  const started = performance.now();
  let told = '';
  await distributedFit(model, shards, {
    connection: url,
    onProgress: ({ phase, shardsDone, rowsPerSecond, workers: alive }) => {
      const text = `${phase}: ${shardsDone} of ${shards.length} shards`;
      if (text === told) return;
      told = text;
      console.log(`${text}, ${Math.round(rowsPerSecond)} rows/s, ${alive} workers`);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const [{ x, y }] = rows({ from: count, count: 2000 });
  console.log(`R² on 2000 other rows: ${(await model.score(x, y)).toFixed(3)}`);
  console.log(`${count} rows in ${seconds.toFixed(1)} s`);
  model.dispose();
} finally {
  for (const child of children) child.kill();
}
process.exit();
