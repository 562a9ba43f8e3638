import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ImageDataset, syntheticDigits } from '@kernel-methods/datasets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChild } from '../jobs/launch.ts';
import type { PeerName } from '../options/comparison-options.ts';
import { complete } from '../options/complete.ts';
import type { Message } from '../records/messages.ts';
import { type Data, loadData } from '../run/data.ts';
import { idxBytes, type PeerData } from './peer-data.ts';
import { peerJobs } from './peer-jobs.ts';
import type { Package } from './python-packages.ts';

// Every peer, small, as a comparison runs it. Those in Python run where $KERNEL_METHODS_PYTHON names
// one that has their packages.
const python = process.env.KERNEL_METHODS_PYTHON;
const [rows, testRows] = [300, 150];
const given = { rows, outputDim: 200, epochs: 8, batchSize: 4, filters: 4 };

const folder = mkdtempSync(join(tmpdir(), 'peers '));
let ours: Data;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  write('train', syntheticDigits({ rows: rows + 20, seed: 1 }));
  write('t10k', syntheticDigits({ rows: testRows, seed: 2 }));
  ours = await loadData(complete({ dataset: 'mnist', data: folder, rows }), {
    signal,
    output: { note() {}, bar() {} },
    fallBack: false,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, { x, y }: ImageDataset): void {
  writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idxBytes(x.data, x.shape));
  writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idxBytes(y, [y.length]));
}

const { signal } = new AbortController();
const data: PeerData = {
  dataset: 'mnist',
  origin: () => `MNIST, read from ${folder}`,
  folder: () => folder,
  dispose() {},
};

const jobsOf = (names: readonly PeerName[]) =>
  peerJobs(names, { given, seeds: [0], repeats: 1, data, python: python ?? 'python' });

// A fit of minutes prints nothing: only its closed input tells that nobody waits for it.
it.skipIf(python === undefined)('ends a peer in Python whose starter is gone', async () => {
  const [{ command }] = jobsOf(['libsvm']);
  const program =
    'import sys; sys.path.insert(0, sys.argv.pop(1)); import peer, time; peer.Peer([]); time.sleep(60)';
  const own = ['--data=d', '--dataset=d', '--origin=o', '--seed=0'];
  const child = spawn(python!, ['-B', '-c', program, dirname(command.args[1]), ...own], {
    env: { ...process.env, ...command.env },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(1);
});

async function run(job: ReturnType<typeof jobsOf>[number]) {
  const messages: Message[] = [];
  const record = await runChild(job, { signal, onMessage: (message) => messages.push(message) });
  expect(record).toMatchObject({ reason: null, status: 'done' });
  return { messages, outcome: record!.outcome! };
}

/** What holds of every peer's report. */
function check(outcome: Awaited<ReturnType<typeof run>>['outcome'], known: string): void {
  expect(outcome.dataset).toMatchObject({ name: 'MNIST', checksum: ours.checksum });
  expect(outcome.dataset?.origin).toContain(folder);
  const { train, validation, test } = outcome.dataset!.rows;
  expect([train + validation, test]).toEqual([rows, testRows]);

  // Ten classes, drawn plainly: by chance it is 0.1.
  expect(outcome.testAccuracy).toBeGreaterThan(0.5);
  const { confusion, worst, seconds } = outcome;
  expect(confusion!.map((row) => row.length)).toEqual(new Array(10).fill(10));
  expect(confusion!.flat().reduce((sum, n) => sum + n)).toBe(testRows);
  const right = confusion!.reduce((sum, row, i) => sum + row[i], 0);
  expect(right / testRows).toBeCloseTo(outcome.testAccuracy!, 12);
  const margins = worst?.map(({ margin }) => margin) ?? [];
  expect(margins).toEqual([...margins].sort((a, b) => a - b));
  for (const { row, truth, predicted, margin, pixels } of worst ?? []) {
    expect(margin).toBeLessThanOrEqual(0);
    expect(predicted).not.toBe(truth);
    expect(ours.test.y.data[10 * row + truth]).toBe(1);
    const bytes = ours.test.x.data.subarray(784 * row, 784 * (row + 1));
    expect([...Buffer.from(pixels, 'base64')]).toEqual([...bytes].map((x) => Math.round(255 * x)));
  }
  const { total, ...phases } = seconds;
  expect(Object.keys(phases).sort()).toEqual([
    'features',
    'load',
    'predict',
    'save',
    'train',
    'validate',
  ]);
  const spent = Object.values(phases).reduce<number>((sum, own) => sum + (own ?? 0), 0);
  expect(spent).toBeGreaterThan(0);
  expect(spent).toBeLessThanOrEqual(total);
  expect(outcome.peakMemory).toBeGreaterThan(3e7);
  expect(outcome.versions).toMatchObject({ [known]: expect.stringMatching(/^\d+\.\d+/) });
}

describe('in JavaScript', () => {
  it.each(jobsOf(['libsvm-js', 'ml-svm']))('$system', async (job) => {
    const { outcome, messages } = await run(job);
    check(outcome, 'node');
    expect(outcome.versions).toHaveProperty(job.system);
    expect(outcome.worst === null).toBe(job.system === 'libsvm-js');
    expect(messages.map((message) => ('name' in message ? message.name : message.type))).toEqual([
      'load',
      'train',
      'test',
      'report',
    ]);
  });

  it('fails in a line where the data have fewer rows', async () => {
    const [job] = jobsOf(['ml-svm']);
    const args = job.command.args.map((arg) => arg.replace(`--rows=${rows}`, '--rows=1000'));
    const record = await runChild(
      { ...job, command: { ...job.command, args } },
      { signal, onMessage() {} },
    );
    expect(record?.status).toBe('failed');
    expect(record?.reason).toMatch(/MNIST has 320 training rows here, not 1000/);
  });
});

describe('in Python', () => {
  it.skipIf(!has('numpy', 'scipy', 'scikit-learn')).each(jobsOf(['sklearn', 'libsvm', 'numpy']))(
    '$variant',
    async (job) => {
      const { outcome } = await run(job);
      check(outcome, 'python');
      expect(outcome.versions).toHaveProperty('numpy');
      expect(outcome.worst === null).toBe(job.system === 'libsvm');
    },
  );

  it.skipIf(!has('numpy', 'tensorflow'))('Keras, with its epochs', async () => {
    const [job] = jobsOf(['keras']);
    const { outcome, messages } = await run(job);
    check(outcome, 'tensorflow');
    expect(outcome.dataset?.rows).toMatchObject({ train: 240, validation: 60 });
    const epochs = messages.filter(({ type }) => type === 'epoch');
    expect(epochs).toHaveLength(given.epochs);
    expect(outcome.epochs).toHaveLength(given.epochs);
    for (const [i, epoch] of outcome.epochs.entries()) {
      expect(epochs[i]).toMatchObject({ epochs: given.epochs, ...epoch });
      expect(epoch).toEqual({
        epoch: i + 1,
        loss: expect.any(Number),
        accuracy: expect.any(Number),
        valLoss: expect.any(Number),
        valAccuracy: expect.any(Number),
        seconds: expect.any(Number),
      });
    }
    expect(outcome.seconds.validate).toBeGreaterThan(0);
    expect(messages.some(({ type }) => type === 'progress')).toBe(true);
  });

  it.skipIf(!has('numpy'))('fails in a line where a file is missing or broken', async () => {
    const [job] = jobsOf(['numpy']);
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    const reason = async () => {
      const args = job.command.args.map((arg) =>
        arg.startsWith('--data=') ? `--data=${broken}` : arg,
      );
      const changed = { ...job, command: { ...job.command, args } };
      return (await runChild(changed, { signal, onMessage() {} }))?.reason;
    };
    expect(await reason()).toContain('train-images-idx3-ubyte is not in');
    writeFileSync(join(broken, 'train-images-idx3-ubyte'), 'no digits');
    expect(await reason()).toContain('train-images-idx3-ubyte is no IDX file of bytes.');
  });
});

/** Whether the Python that was named has the packages. */
function has(...packages: readonly Package[]): boolean {
  if (python === undefined) return false;
  const probe = fileURLToPath(new URL('../../peers/probe.py', import.meta.url));
  const found = JSON.parse(execFileSync(python, ['-B', probe, ...packages], { encoding: 'utf8' }));
  return packages.every((name) => found.packages[name] !== null);
}
