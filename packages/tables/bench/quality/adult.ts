// From a CSV of 32,561 rows to a saved model, in a process of its own; prints seconds and accuracy.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../../../backend-simd/src/index.ts';
import { fileSystem, KernelRidge } from '../../../models/src/index.ts';
import { readKnown } from './known-table.ts';

const [folder, name] = process.argv.slice(2);
const into = mkdtempSync(join(tmpdir(), 'bench-adult-'));
try {
  const start = performance.now();
  const { table, test, target } = await readKnown(folder, name);
  const model = new KernelRidge<string>({ task: 'classification' });
  await model.fit(table.slice(0, table.rows - test.length), target);
  await model.save(fileSystem(join(into, 'model')));
  const seconds = (performance.now() - start) / 1000;
  const score = await model.score(table.take(test), target);
  console.log(JSON.stringify({ seconds, score }));
} finally {
  rmSync(into, { recursive: true, force: true });
}
process.exit(); // Threads wait for more.
