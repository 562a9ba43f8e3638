// How the speed grows with workers of one thread each, on one machine: node growth.ts [ROWS] [ROUNDS] [COLUMNS] [FEATURES]
// It needs redis-server, and taskset to pin a process to a core. On a machine that does other work, too, only
// the CPU times mean something: rows over those of the busiest worker and of this process, which are what a
// clock shows where each has a core of its own.
import '@kernel-methods/backend-simd';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KernelRidge } from '@kernel-methods/models';
import { distributedFit } from '../src/distributed-fit.ts';
import { RedisServer } from '../src/fixtures/redis-server.ts';

const [rows = 32_768, rounds = 2, width = 784, outputDim = 2048] = process.argv
  .slice(2)
  .map(Number);
const flags = ['--conditions=@kernel-methods/source', '--disable-warning=ExperimentalWarning'];
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Seconds {
  readonly clock: number;
  readonly cpu: number;
}

function alone(): Seconds {
  const args = ['-c', '0', process.execPath, ...flags, pathOf('alone.ts')];
  const sizes = [rows, width, outputDim].map(String);
  const [clock, cpu] = execFileSync('taskset', [...args, ...sizes], { encoding: 'utf8' })
    .split(' ')
    .map(Number);
  return { clock, cpu };
}

/** The CPU seconds of a process so far. */
function cpuOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function many(workers: number): Promise<Seconds & { travelled: string[] }> {
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
  // Small enough that nobody waits long for another's last.
  const count = 1024;
  const shards = Array.from({ length: Math.ceil(rows / count) }, (_, i) => ({
    ...{ module: 'rows', function: 'rows' },
    argument: { from: i * count, count: Math.min(count, rows - i * count), width },
  }));
  const model = new KernelRidge({ outputDim, scale: Math.sqrt(width) / 2, l2: 1e-3 });
  const start = performance.now();
  const before = processes.map(({ pid }) => cpuOf(pid));
  const own = process.cpuUsage();
  let [clock, cpu] = [0, 0];
  await distributedFit(model, shards, {
    connection: server.url,
    sampleRows: 1000,
    onProgress: ({ phase, step }) => {
      if (phase !== 'solve' || step > 0) return;
      clock = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(own);
      const busiest = Math.max(...processes.map(({ pid }, i) => cpuOf(pid) - before[i]));
      cpu = busiest + (user + system) / 1e6;
    },
  });
  model.dispose();
  for (const child of processes) child.kill('SIGTERM');
  await server.stop();
  return { clock, cpu, travelled };
}

const found: Record<string, Seconds[]> = { alone: [], one: [], two: [] };
for (let round = 0; round < rounds; round++) {
  const all = { alone: alone(), one: await many(1), two: await many(2) };
  for (const name of Object.keys(found)) found[name].push(all[name as keyof typeof all]);
  console.log(round, all);
}
for (const kind of ['clock', 'cpu'] as const) {
  const least = (name: string) => Math.min(...found[name].map((seconds) => seconds[kind]));
  for (const name of Object.keys(found)) {
    const share = (least('alone') / least(name)).toFixed(2);
    console.log(`${kind}, ${name}: ${Math.round(rows / least(name))} rows/s, ${share} × fit`);
  }
}
process.exit(0);
