import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IntentRow, measureIntents, readIntents } from './intents.ts';

const folder = mkdtempSync(join(tmpdir(), 'intents-'));

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The bits of ±1, ±0.5 and 0 in half precision. */
const halves: Record<number, number> = {
  1: 0x3c00,
  0.5: 0x3800,
  0: 0,
  [-0.5]: 0xb800,
  [-1]: 0xbc00,
};

/** Three intents, each along an axis of its own, and strangers along the fourth, of `width` columns. */
function writeSet(name: string, width: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  const labels: Record<string, [string, string][]> = {};
  const parts = { train: 60, val: 30, test: 30, oos_train: 10, oos_val: 10, oos_test: 20 };
  for (const [part, rows] of Object.entries(parts)) {
    const own = Array.from({ length: rows }, (_, row) => (part.startsWith('oos') ? 3 : row % 3));
    labels[part] = own.map((k, row) => [`text ${row}`, k === 3 ? 'oos' : `intent ${k}`]);
    const bytes = Buffer.alloc(2 * rows * width);
    own.forEach((k, row) => {
      for (let i = 0; i < width; i++) {
        const value = i === k ? 1 : i > 3 ? (((Math.floor(row / 3) * (i + 3)) % 3) - 1) / 2 : 0;
        bytes.writeUInt16LE(halves[value], 2 * (row * width + i));
      }
    });
    writeFileSync(join(path, `embeddings-${part}.f16`), bytes);
  }
  writeFileSync(join(path, 'data_full.json'), JSON.stringify(labels));
  return path;
}

it('a set of intents of any width is read, and its unknown rows are found', async () => {
  const path = writeSet('seven', 7);
  const { train, unknown } = readIntents(path);
  expect(train.x.shape).toEqual([60, 7]);
  expect(Array.from(train.x.data.subarray(28, 35))).toEqual([0, 1, 0, 0, 0, 0.5, -0.5]);
  expect(unknown.x.shape).toEqual([20, 7]);
  const told: IntentRow[] = [];
  const rows = await measureIntents(path, (row) => told.push(row), { outputDim: 128 });
  expect(told).toEqual(rows);
  expect(rows[0]).toMatchObject({ name: 'distance + 10 energy', mean: 1, auroc: 1 });
});

it('a set that is not whole is refused, by the file', () => {
  expect(() => readIntents(join(folder, 'none'))).toThrow(/none.data_full.json is not there/);
  const path = writeSet('broken', 5);
  const file = join(path, 'embeddings-val.f16');
  writeFileSync(file, Buffer.alloc(2 * 31));
  expect(() => readIntents(path)).toThrow(
    `${file} must hold 30 rows of one width. Received: 31 numbers.`,
  );
  rmSync(file);
  expect(() => readIntents(path)).toThrow(`${file} is not there.`);
  writeFileSync(join(path, 'data_full.json'), '{}');
  expect(() => readIntents(path)).toThrow("has no part 'train'");
});
