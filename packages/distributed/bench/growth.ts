// How the speed grows with workers of one thread each, on one machine: node growth.ts [ROWS] [ROUNDS]
// It needs redis-server, and taskset to pin a process to a core.
import '@kernel-methods/backend-simd';
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KernelRidge } from '@kernel-methods/models';
import { distributedFit } from '../src/distributed-fit.ts';
import { RedisServer } from '../src/fixtures/redis-server.ts';

const [rows = 32_768, rounds = 2, width = 784, outputDim = 2048] = process.argv
  .slice(2)
  .map(Number);
const flags = ['--conditions=@kernel-methods/source', '--disable-warning=ExperimentalWarning'];
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function alone(): number {
  const args = ['-c', '0', process.execPath, ...flags, pathOf('alone.ts')];
  const sizes = [rows, width, outputDim].map(String);
  return Number(execFileSync('taskset', [...args, ...sizes], { encoding: 'utf8' }));
}

async function many(workers: number): Promise<{ seconds: number; travelled: string[] }> {
  const server = await RedisServer.start(['--appendonly', 'no']);
  const travelled: string[] = [];
  const processes = Array.from({ length: workers }, (_, core) =>
    spawn(
      'taskset',
      [
        ...['-c', String(core), process.execPath, ...flags, pathOf('../src/worker-program.ts')],
        ...['--redis', server.url, '--allow', `rows=${pathOf('rows.ts')}`],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  );
  await Promise.all(
    processes.map(
      ({ stdout }) =>
        new Promise<void>((ready) => {
          stdout.on('data', (text) => {
            if (String(text).includes('Waiting')) ready();
            if (String(text).includes('MB'))
              travelled.push(String(text).trim().replace(/^.*: /, ''));
          });
        }),
    ),
  );
  const count = rows / 16;
  const shards = Array.from({ length: 16 }, (_, i) => ({
    ...{ module: 'rows', function: 'rows' },
    argument: { from: i * count, count, width },
  }));
  const model = new KernelRidge({ outputDim, scale: Math.sqrt(width) / 2, l2: 1e-3 });
  const start = performance.now();
  let seconds = 0;
  await distributedFit(model, shards, {
    connection: server.url,
    sampleRows: 1000,
    onProgress: ({ phase, step }) => {
      if (phase === 'solve' && step === 0) seconds = (performance.now() - start) / 1000;
    },
  });
  model.dispose();
  for (const child of processes) child.kill('SIGTERM');
  await server.stop();
  return { seconds, travelled };
}

const found: Record<string, number[]> = { alone: [], one: [], two: [] };
for (let round = 0; round < rounds; round++) {
  found.alone.push(alone());
  const one = await many(1);
  const two = await many(2);
  found.one.push(one.seconds);
  found.two.push(two.seconds);
  console.log(round, found.alone[round], one, two);
}
const least = (name: string) => Math.min(...found[name]);
for (const name of Object.keys(found)) {
  const share = least('alone') / least(name);
  console.log(`${name}: ${Math.round(rows / least(name))} rows/s, ${share.toFixed(2)} × fit`);
}
process.exit(0);
