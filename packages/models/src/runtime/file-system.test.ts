import { execFileSync, spawn } from 'node:child_process';
import { promises } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileSystem } from '../index.ts';

let folder: string;
beforeEach(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'kernel methods '));
});
afterEach(() => rm(folder, { recursive: true }));

const pipe = (path: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', path]);

const newModel = (units = 3) =>
  tfl.sequential({ layers: [tfl.layers.dense({ units, inputShape: [2], useBias: true })] });

async function weights(model: tfl.LayersModel): Promise<Float32Array[]> {
  return Promise.all(model.getWeights().map((w) => w.data<'float32'>()));
}

describe('fileSystem', () => {
  it("saves in tfjs's own format and loads the same bits", () =>
    expectNoLeak(async () => {
      const model = newModel();
      const result = await model.save(fileSystem(join(folder, 'new', 'model')));
      expect(result.modelArtifactsInfo.weightDataBytes).toBe(4 * 9);
      const json = JSON.parse(await readFile(join(folder, 'new/model/model.json'), 'utf8'));
      expect(json).toMatchObject({ format: 'layers-model', modelTopology: expect.anything() });
      expect(json.weightsManifest[0].weights).toHaveLength(2);
      for (const path of ['new/model', 'new/model/model.json']) {
        const loaded = await tfl.loadLayersModel(fileSystem(join(folder, path)));
        expect(await weights(loaded)).toEqual(await weights(model));
        loaded.dispose();
      }
      model.dispose();
    }));

  it('replaces an older model and leaves nothing else behind, nor touches what is not its own', async () => {
    await writeFile(join(folder, 'weights.bin'), 'not ours');
    for (const units of [3, 4]) {
      const model = newModel(units);
      await model.save(fileSystem(folder));
      model.dispose();
    }
    const names = await readdir(folder);
    expect(names.sort()).toEqual(['model.json', expect.stringMatching(/^weights-/), 'weights.bin']);
    const loaded = await tfl.loadLayersModel(fileSystem(folder));
    expect(loaded.outputs[0].shape).toEqual([null, 4]);
    loaded.dispose();
  });

  it('keeps the old model when the new one cannot be written', async () => {
    const old = newModel(3);
    await old.save(fileSystem(folder));
    const fs = process.getBuiltinModule('node:fs/promises');
    const { rename } = fs;
    vi.spyOn(fs, 'rename').mockImplementation(async (from, to) => {
      if (String(to).endsWith('model.json')) throw new Error('ENOSPC: no space left on device');
      return rename(from, to);
    });
    const model = newModel(4);
    await expect(model.save(fileSystem(folder))).rejects.toThrow('ENOSPC');
    vi.restoreAllMocks();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const loaded = await tfl.loadLayersModel(fileSystem(folder));
    expect(await weights(loaded)).toEqual(await weights(old));
    for (const one of [old, model, loaded]) one.dispose();
  });

  it('is read whole at every moment of being written, also when the writer is killed', async () => {
    const first = newModel(64);
    await first.save(fileSystem(folder));
    first.dispose();
    const writer = spawn(
      process.execPath,
      [
        '--conditions=@kernel-methods/source',
        join(import.meta.dirname, '../fixtures/save-forever.ts'),
        folder,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    const load = async () => {
      const model = await tfl.loadLayersModel(fileSystem(folder));
      const [kernel] = await weights(model);
      model.dispose();
      // All of a saved model's numbers are equal: a mixture would show.
      return new Set(kernel).size;
    };
    for (let i = 0; i < 30; i++) expect(await load()).toBe(1);
    writer.kill('SIGKILL');
    await new Promise((resolve) => writer.once('exit', resolve));
    expect(await load()).toBe(1);
  });

  it.each([
    ['nothing there', undefined, 'No model can be read at'],
    ['half a file', '{"modelTopology":', 'is not JSON: the model is damaged'],
    ['something else', '{"name":"x"}', 'is not a tfjs layers model'],
  ])('says what is wrong: %s', async (_, content, message) => {
    if (content !== undefined) await writeFile(join(folder, 'model.json'), content);
    await expect(tfl.loadLayersModel(fileSystem(folder))).rejects.toThrow(message);
  });

  it('says so when the weights are not those that were saved', async () => {
    const model = newModel();
    await model.save(fileSystem(folder));
    model.dispose();
    const name = (await readdir(folder)).find((one) => one.endsWith('.bin')) as string;
    await writeFile(join(folder, name), 'short');
    const load = () => tfl.loadLayersModel(fileSystem(folder));
    await expect(expectNoLeak(load)).rejects.toThrow(`${name}' is not what was saved`);
  });

  it('does not hang where folders answer ENOENT though they are there', async () => {
    const model = newModel();
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    const made = vi.spyOn(promises, 'mkdir').mockRejectedValue(missing);
    for (const path of [join(folder, 'a', 'b', 'c'), join('/', 'kernel-methods', 'x')]) {
      await expect(model.save(fileSystem(path))).rejects.toThrow('ENOENT');
    }
    expect(made.mock.calls.length).toBeGreaterThan(2);
    made.mockRestore();
    // What /proc does, where there is one.
    await expect(model.save(fileSystem('/proc/kernel-methods/model'))).rejects.toThrow();
    model.dispose();
  });

  it('refuses an empty path', () => {
    expect(() => fileSystem('')).toThrow('`path` must be the path of a folder. Received: "".');
  });

  it('keeps one of several models that are saved at once, whole', async () => {
    const old = newModel(2);
    await old.save(fileSystem(folder));
    const models = [3, 4, 5, 6].map((units) => newModel(units));
    for (let turn = 0; turn < 5; turn++) {
      await Promise.all(models.map((model) => model.save(fileSystem(folder))));
      const loaded = await tfl.loadLayersModel(fileSystem(folder));
      const units = loaded.outputs[0].shape[1] as number;
      expect(await weights(loaded)).toEqual(await weights(models[units - 3]));
      loaded.dispose();
    }
    for (const one of [old, ...models]) one.dispose();
  });

  it('loads from the name of a file what it saved under it, beside another', async () => {
    const models = [newModel(3), newModel(4)];
    for (const i of [0, 1, 0]) await models[i].save(fileSystem(join(folder, `${i}.json`)));
    for (const i of [0, 1]) {
      const loaded = await tfl.loadLayersModel(fileSystem(join(folder, `${i}.json`)));
      expect(await weights(loaded)).toEqual(await weights(models[i]));
      loaded.dispose();
      models[i].dispose();
    }
    expect(await readdir(folder)).toHaveLength(4);
  });

  it('leaves nothing where a save fails', async () => {
    await mkdir(join(folder, 'model.json'));
    const model = newModel();
    await expect(model.save(fileSystem(folder))).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['model.json']);
    model.dispose();
  });

  const edited = async (edit: (group: { paths: string[]; weights: object[] }) => void) => {
    const model = newModel();
    await model.save(fileSystem(join(folder, 'in')));
    model.dispose();
    const file = join(folder, 'in', 'model.json');
    const json = JSON.parse(await readFile(file, 'utf8'));
    edit(json.weightsManifest[0]);
    await writeFile(file, JSON.stringify(json));
    return tfl.loadLayersModel(fileSystem(join(folder, 'in')));
  };

  it.each([
    ['outside', (name: string) => `../in/${name}`],
    ['from here', (name: string) => `./${name}`],
    ['absolute', (name: string) => join(folder, 'in', name)],
    ['with a backslash', (name: string) => `..\\in\\${name}`],
    ['the folder itself', () => '.'],
    ['empty', () => ''],
  ])('takes only plain names of weights: %s', async (_, rename) => {
    const load = edited((group) => {
      group.paths = group.paths.map(rename);
    });
    await expect(load).rejects.toThrow('must name its weights by plain names');
  });

  it('notices specs that are swapped, and a digest that is gone', async () => {
    await expect(edited(({ weights }) => void weights.reverse())).rejects.toThrow('is damaged');
    await expect(
      edited((group) => void delete (group as { sha256?: string }).sha256),
    ).rejects.toThrow('is damaged');
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    pipe(join(folder, 'pipe.json'));
    await expect(tfl.loadLayersModel(fileSystem(join(folder, 'pipe.json')))).rejects.toThrow(
      'it is not a regular file',
    );
    await mkdir(join(folder, 'in'));
    pipe(join(folder, 'in', 'pipe'));
    const load = edited((group) => {
      group.paths = ['pipe'];
    });
    await expect(load).rejects.toThrow('must be regular files');
  });
});
