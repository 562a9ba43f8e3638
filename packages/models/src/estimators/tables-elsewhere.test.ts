import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, onTestFinished, test } from 'vitest';
import { fileSystem } from '../runtime/file-system.ts';
import { KernelSVM } from './kernel-svm.ts';

const source = new URL('..', import.meta.url).href;

/** Loads the model of a folder, and writes its decisions for the rows. */
const program = `
import '@tensorflow/tfjs-backend-cpu';
import { KernelSVM } from '${source}estimators/kernel-svm.ts';
import { fileSystem } from '${source}runtime/file-system.ts';
const [folder, rows] = process.argv.slice(1);
const model = await KernelSVM.load(fileSystem(folder));
const table = JSON.parse(rows);
const { data } = await model.decisionFunction(table);
console.log(JSON.stringify([[...data], await model.predict(table)]));
`;

test('a model of a table decides to the bit alike in another process', async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const rows = Array.from({ length: 90 }, (_, i) => ({
    age: i % 9 ? 20 + ((i * 7) % 50) : null,
    skewed: Math.exp((i % 11) / 2),
    job: ['clerk', 'smith', 'cook'][i % 3],
    member: i % 4 === 0,
    since: new Date(Date.UTC(2000 + (i % 20), i % 12, 1)),
    income: (i * 7) % 50 > 25 ? 'high' : 'low',
  }));
  const svm = new KernelSVM<string>({ outputDim: 64 });
  await svm.fit(rows, 'income');
  const folder = mkdtempSync(join(tmpdir(), 'kernel-methods-table-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  await svm.save(fileSystem(folder));
  // Dates are no JSON: those that are asked for are missing.
  const asked = rows.slice(0, 30).map((row) => ({ ...row, since: null }));
  const { data } = await svm.decisionFunction(asked);
  const expected = [[...data], await svm.predict(asked)];
  svm.dispose();
  const output = execFileSync(
    process.execPath,
    [
      '--conditions=@kernel-methods/source',
      '--input-type=module',
      '--eval',
      program,
      folder,
      JSON.stringify(asked),
    ],
    { cwd: import.meta.dirname },
  ).toString();
  expect(new Set(data).size).toBeGreaterThan(10);
  expect(JSON.parse(output.trimEnd().split('\n').at(-1)!)).toEqual(expected);
});
