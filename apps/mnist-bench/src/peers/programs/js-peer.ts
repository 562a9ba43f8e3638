import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { endWithInput, peakMemory } from '@kernel-methods/runner';
import { complete } from '../../options/complete.ts';
import type { Config } from '../../options/options.ts';
import { readOption } from '../../options/read-option.ts';
import { createTell } from '../../records/messages.ts';
import { type Data, loadData, type Matrix } from '../../run/data.ts';
import { examine } from '../../run/examine.ts';
import { createStopwatch } from '../../run/stopwatch.ts';

/** What a peer is to us. Rows are pixels from 0 to 1, classes count from 0. */
export interface Machine {
  fit(x: number[][], classes: number[]): void;
  /** A score a class of each row, or its class alone. */
  predict(x: number[][]): number[][] | number[];
}

/** Runs a package's machine on the data of the command line, and tells of it as our own runs do. */
export async function runPeer<Name extends string>(
  packageName: string,
  settings: readonly Name[],
  create: (given: Record<Name | 'seed', number>) => Machine,
): Promise<void> {
  // A long fit ends when the program that started it is killed.
  endWithInput();
  const { given, config } = readOptions(settings);
  const tell = createTell(process.stdout);
  const watch = createStopwatch();
  tell({ type: 'phase', name: 'load' });
  const data = await watch.time('load', () => load(config));
  const machine = create({ ...given, seed: config.seed });
  tell({ type: 'phase', name: 'train' });
  const [x, classes] = [toRows(data.train.x), classesOf(data.train.y)];
  await watch.time('train', async () => machine.fit(x, classes));
  tell({ type: 'phase', name: 'test' });
  const found = await watch.time('predict', async () =>
    examined(machine.predict(toRows(data.test.x)), data),
  );
  const { name, origin, checksum, rows } = data;
  tell({
    type: 'report',
    report: {
      dataset: { name, origin, checksum, rows },
      epochs: [],
      testAccuracy: found.accuracy,
      testLoss: null,
      confusion: found.confusion,
      worst: found.worst,
      seconds: watch.read(),
      peakMemory: peakMemory(),
      versions: { node: process.versions.node, [packageName]: versionOf(packageName) },
    },
  });
}

function readOptions<Name extends string>(settings: readonly Name[]) {
  const names = [...runNames, ...settings];
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const text = values as Readonly<Record<string, string | undefined>>;
  const named = runNames.flatMap((name) =>
    text[name] === undefined ? [] : [[name, readOption(name, text[name])]],
  );
  const config = complete({ ...Object.fromEntries(named), validationSplit: 0 });
  const given = Object.fromEntries(settings.map((name) => [name, Number(text[name])]));
  return { config, given: given as Record<Name, number> };
}

const runNames = ['dataset', 'data', 'rows', 'seed'] as const;

function load(config: Config): Promise<Data> {
  const output = {
    note: (text: string) => void process.stderr.write(`${text}\n`),
    bar() {},
  };
  return loadData(config, { signal: new AbortController().signal, output, fallBack: false });
}

/** Of classes alone it is not known how wrong a row is. */
function examined(predicted: number[][] | number[], { test: { x, y } }: Data) {
  const [, count] = y.shape;
  const scores = new Float32Array(y.data.length);
  predicted.forEach((one, row) => {
    if (typeof one === 'number') scores[row * count + one] = 1;
    else scores.set(one, row * count);
  });
  const found = examine(scores, x, y);
  return { ...found, worst: typeof predicted[0] === 'number' ? null : found.worst };
}

function toRows({ data, shape: [rows, width] }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width)),
  );
}

const classesOf = ({ data, shape: [rows, count] }: Matrix): number[] =>
  Array.from({ length: rows }, (_, row) => data.indexOf(1, row * count) - row * count);

const versionOf = (name: string): string =>
  createRequire(import.meta.url)(`${name}/package.json`).version;
