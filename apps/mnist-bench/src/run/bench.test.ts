import { createOutput } from '@kernel-methods/report';
import { describe, expect, it } from 'vitest';
import { parse } from '../options/parse.ts';
import type { Message, Tell } from '../records/messages.ts';
import { bench, type Parts, UnsavedError } from './bench.ts';
import type { Trainable } from './model.ts';

const x = { data: new Float32Array(8), shape: [8, 1] };
const y = { data: new Float32Array(16), shape: [8, 2] };
const data = {
  name: 'fake',
  origin: 'made up',
  checksum: 'sha256:0',
  rows: { train: 6, validation: 2, test: 8 },
  train: { x, y },
  test: { x, y },
};

const tested = {
  loss: 0.25,
  accuracy: 0.75,
  confusion: [
    [3, 1],
    [1, 3],
  ],
  worst: [{ row: 5, truth: 0, predicted: 1, margin: -2, pixels: '' }],
};

/** A run with an estimator that only counts; `onStep` and `onEpoch` are called in each of three epochs. */
async function play({
  args = [] as string[],
  onStep = (_epoch: number, _controller: AbortController) => {},
  onEpoch = (_epoch: number, _controller: AbortController) => {},
  model = {} as Partial<Trainable>,
  loadData = async () => data,
  tell = undefined as Tell | undefined,
} = {}) {
  const controller = new AbortController();
  const calls: string[] = [];
  let stdout = '';
  const fake: Trainable = {
    async fit(_x, _y, { signal, onProgress, onEpochEnd }) {
      for (let epoch = 1; epoch <= 3; epoch++) {
        signal?.throwIfAborted();
        const loss = 1 / epoch;
        onProgress?.({ phase: 'train', epoch, epochs: 3, step: 1, steps: 2, loss });
        onStep(epoch, controller);
        signal?.throwIfAborted();
        onEpochEnd?.({
          epoch,
          loss,
          accuracy: 0.5,
          valLoss: 2,
          valAccuracy: epoch / 4,
          seconds: 1,
        });
        onEpoch(epoch, controller);
      }
      signal?.throwIfAborted();
      return {
        history: [],
        stopped: 'epochs',
        l2: 0,
        settings: {
          solver: 'adam',
          l2: 0,
          standardize: false,
          map: 'RandomFourierFeatures',
          outputDim: 4096,
        },
        seconds: { features: 1, train: 2, validate: 3 },
      };
    },
    test: async () => tested,
    save: async (folder) => void calls.push(`save ${folder}`),
    dispose: () => void calls.push('dispose'),
    ...model,
  };
  const parts: Parts = {
    backend: { name: 'fake', threads: 1 },
    versions: { node: '0', tfjs: '0', packages: {}, platform: '', cpu: '', cores: 1 },
    loadData,
    createModel: () => fake,
    tell,
  };
  const stream = {
    write(text: string) {
      stdout += text;
    },
  };
  const output = createOutput(stream, stream, {});
  const { config } = parse(['--epochs', '3', ...args]);
  const report = await bench(config, parts, output, controller.signal).catch((error) => error);
  return { report, calls, stdout, config };
}

describe('bench', () => {
  it('loads, trains, tests, saves, and reports all of it', async () => {
    const { report, calls, stdout, config } = await play({ args: ['--save', 'folder'] });
    expect(calls).toEqual(['save folder', 'dispose']);
    expect(report).toMatchObject({
      version: 1,
      aborted: false,
      config,
      dataset: { name: 'fake', origin: 'made up', checksum: 'sha256:0', rows: data.rows },
      valAccuracyLast5: 0.5,
      testAccuracy: 0.75,
      testLoss: 0.25,
      confusion: tested.confusion,
      worst: tested.worst,
      seconds: { features: 1, train: 2, validate: 3 },
    });
    expect(report.epochs).toHaveLength(3);
    expect(report.epochs[2]).toEqual({
      epoch: 3,
      loss: 1 / 3,
      accuracy: 0.5,
      valLoss: 2,
      valAccuracy: 0.75,
      seconds: 1,
    });
    expect(report.peakMemory).toBeGreaterThan(1e7);
    expect(stdout.match(/^epoch /gm)).toHaveLength(3);
    expect(stdout).toContain('6 train, 2 validation, 8 test');
    expect(stdout).toMatch(/test accuracy +0\.7500/);
    expect(stdout).toMatch(/validation accuracy +0\.5000 \(mean of the last 3 epochs\)/);
  });

  it.each([
    [0, /penalty +l2 1\.23e-7, chosen\n +minimum +exact\n/],
    [
      3e-5,
      /penalty +l2 1\.23e-7, chosen\n +minimum +not exact: rounding adds 0\.00003 to l2 1\.23e-7\n/,
    ],
    [undefined, /penalty +l2 1\.23e-7, chosen\n +load/],
  ])('tells what the solver chose, and whether rounding decided: %s', async (jitter, lines) => {
    const chosen = { l2: 1.234e-7, ...(jitter !== undefined && { jitter }) };
    const settings = {
      solver: 'direct',
      standardize: false,
      map: 'RandomFourierFeatures',
      outputDim: 4096,
      ...chosen,
    };
    const seconds = { features: 1, train: 2, validate: 3 };
    const fit = async () => ({ history: [], stopped: 'exact', l2: chosen.l2, settings, seconds });
    const { report, stdout } = await play({ model: { fit } });
    expect(report.settings).toEqual(settings);
    expect(stdout).toMatch(lines);
    expect((await play({ args: ['--l2', '1.234e-7'], model: { fit } })).stdout).not.toContain(
      'chosen',
    );
  });

  it('tells a program how it goes, the report last', async () => {
    const messages: Message[] = [];
    const { report } = await play({ tell: (message) => messages.push(message) });
    const epoch = ['progress', 'epoch'];
    expect(messages.map((message) => ('name' in message ? message.name : message.type))).toEqual([
      'load',
      'train',
      ...epoch,
      ...epoch,
      ...epoch,
      'test',
      'report',
    ]);
    expect(messages.at(-1)).toEqual({ type: 'report', report });
  });

  it('tells and keeps what was measured where the model cannot be saved', async () => {
    const told: string[] = [];
    const { report, stdout, calls } = await play({
      args: ['--save', 'folder'],
      model: { save: () => Promise.reject(new Error('ENOSPC: no space left on device')) },
      tell: ({ type }) => told.push(type),
    });
    expect(report).toBeInstanceOf(UnsavedError);
    expect(report.message).toBe(
      '`--save` could not be written, folder: ENOSPC: no space left on device',
    );
    expect(report.report.testAccuracy).toBe(tested.accuracy);
    expect(stdout).toContain('test accuracy');
    expect(told.at(-1)).toBe('report');
    expect(calls).toEqual(['dispose']);
  });

  it('stopped in the training, tells what there is and neither tests nor saves', async () => {
    const { report, calls, stdout } = await play({
      args: ['--save', 'folder'],
      onEpoch: (epoch, controller) => epoch === 2 && controller.abort(),
    });
    expect(calls).toEqual(['dispose']);
    expect(report).toMatchObject({ aborted: true, testAccuracy: null, confusion: null });
    expect(report.epochs).toHaveLength(2);
    expect(report.seconds.train).toBeGreaterThanOrEqual(0);
    expect(report.seconds).toMatchObject({ features: null, predict: null, save: null });
    expect(stdout).toContain('Stopped after 2 of 3 epochs; not tested, not saved.');
    expect(stdout).not.toContain('unfinished');
  });

  it('stopped within an epoch, tells how far it got', async () => {
    const { report, stdout } = await play({
      onStep: (epoch, controller) => epoch === 2 && controller.abort(),
    });
    expect(report.epochs).toHaveLength(1);
    expect(stdout).toContain('epoch 2/3  loss 0.5000  unfinished, at step 1/2\n');
  });

  it('passes failures on, and disposes of the model all the same', async () => {
    const failed = await play({
      model: { test: () => Promise.reject(new Error('out of memory')) },
    });
    expect(failed.report).toEqual(new Error('out of memory'));
    expect(failed.calls).toEqual(['dispose']);
    const noData = await play({ loadData: () => Promise.reject(new Error('no data')) });
    expect(noData.report).toEqual(new Error('no data'));
  });
});
