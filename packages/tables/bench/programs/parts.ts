// Times the parts of a fit to a CSV stream: megabytes of CSV a second of the main thread, which other programs do not slow down.
import '../../../backend-simd/src/index.ts';
import { KernelRidge } from '../../../models/src/index.ts';
import { type NumberColumn, readCsv, type Table, tableEncoder } from '../../src/index.ts';
import { csvRecords } from '../../src/read/csv-scan.ts';
import { largeCsv, largeStream } from './large-csv.ts';

const bytes = Number(process.argv[2]) * 1e6;
const rounds = 3;
const batches = () => readCsv.batches(largeStream(bytes), { batchRows: 20_000 });
const model = () => new KernelRidge({ outputDim: 64, solver: 'direct', scale: 5 });
const seconds = new Map<string, number>();

async function time(part: string, work: () => Promise<unknown> | unknown): Promise<void> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage();
  const spent = (user + system - before.user - before.system) / 1e6;
  seconds.set(part, Math.min(spent, seconds.get(part) ?? Number.POSITIVE_INFINITY));
}

async function drain(all: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of all);
}

const dialect = { delimiter: Uint8Array.of(44), quote: 34, trim: true };
for (let round = 0; round < rounds; round++) {
  await time('records', () =>
    drain(csvRecords(new Uint8Array(0), largeCsv(bytes), dialect, 1 << 24, undefined)),
  );
  const tables: Table[] = [];
  await time('records and types', async () => {
    for await (const table of batches()) tables.push(table as Table);
  });
  const encoder = tableEncoder();
  encoder.fit(tables[0].drop('price') as Table);
  await time('codes', () => {
    for (const table of tables) encoder.transform(table);
  });
  const coded = {
    x: encoder.transform(tables[0]),
    y: (tables[0].column('price') as NumberColumn).values,
  };
  async function* codedBatches() {
    for (const _ of tables) yield coded;
  }
  await time('features and sums', async () => {
    const one = model();
    await one.fit(codedBatches());
    one.dispose();
  });
  await time('all', async () => {
    const one = model();
    await one.fit(batches(), { target: 'price' });
    one.dispose();
  });
}
const speeds = [...seconds].map(([part, spent]) => [part, Math.round(bytes / 1e6 / spent)]);
console.log(JSON.stringify(Object.fromEntries(speeds)));
process.exit(); // Threads wait for more.
