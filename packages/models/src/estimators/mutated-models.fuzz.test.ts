import '@tensorflow/tfjs-backend-cpu';
import { matern, nystroem, standardize } from '@kernel-methods/features';
import { createRandom, type Random } from '@kernel-methods/random';
import { Table, tableEncoder } from '@kernel-methods/tables';
import { laneSeed, tellLane } from '@kernel-methods/test-utils/lanes';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import {
  KernelLogisticRegression,
  type KernelModel,
  KernelRidge,
  KernelSVM,
  SavedModelError,
} from '../index.ts';

/** A million at night: `KERNEL_METHODS_MUTATIONS=1000000`. */
const COUNT = Number(process.env.KERNEL_METHODS_MUTATIONS ?? 10_000);
const SEED = laneSeed();

// biome-ignore lint/suspicious/noExplicitAny: what is damaged has no type
type Any = any;
type Loads = { load(handler: tf.io.IOHandler): Promise<KernelModel> };

interface Saved {
  readonly json: string;
  readonly weightData: ArrayBuffer;
  readonly loads: Loads;
  readonly asked: typeof some | typeof table;
  readonly scores: Float32Array;
}

const { x, labels } = rings(30);
const some = x.slice(0, 4);
/** A column of each kind, so that the file holds an encoder of each. */
const table = Table.fromRows(
  x.map(([a], i) => ({
    ...{ age: a, size: ['S', 'M', 'L'][i % 3], member: i % 2 === 0 },
    ...{ born: new Date(1e12 + 1e9 * i), note: `word ${i % 5}`, pay: a },
  })),
  { columns: { note: 'text', size: 'category' } },
);
let saved: Saved[];

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const dense = tfl.layers.dense({ units: 3, activation: 'tanh', trainable: false });
  const map = nystroem({ outputDim: 4, kernel: matern({ nu: 2.5 }) });
  saved = [];
  for (const [model, loads, y] of [
    [new KernelSVM({ outputDim: 8, scale: 1, epochs: 1 }), KernelSVM, labels],
    [new KernelRidge({ features: [standardize(), map] }), KernelRidge, x.map(([a]) => a)],
    [
      new KernelLogisticRegression({ features: [dense], epochs: 1 }),
      KernelLogisticRegression,
      labels,
    ],
    [new KernelRidge({ outputDim: 8, encoder: tableEncoder() }), KernelRidge, 'pay'],
  ] as [KernelModel, Loads, number[] | string][]) {
    const rows = typeof y === 'string' ? table : x;
    await model.fit(rows as never, y as never);
    const asked = typeof y === 'string' ? table.slice(0, 4) : some;
    const scores = (await model.decisionFunction(asked)).data;
    const { weightData, ...artifacts } = (await ((await savedBy(model)) as Any).load()) as Any;
    saved.push({ json: JSON.stringify(artifacts), weightData, loads, asked, scores });
    model.dispose();
  }
});

it(
  'damaged files load as they were written, or end in one typed error',
  async () => {
    const { equal, refused } = await run();
    tell(equal, refused);
    expect(refused.size).toBeGreaterThan(5);
  },
  60_000 + 20 * COUNT,
);

/** One line that says what was seen, refusals by what they say. */
function tell(equal: number, refused: Map<string, number>) {
  const kinds = [...refused].sort(([, a], [, b]) => b - a);
  const total = kinds.reduce((sum, [, times]) => sum + times, 0);
  const byRule = Object.fromEntries(kinds);
  tellLane(
    'mutated models',
    { mutations: COUNT, 'loaded equal': equal, refused: total, ...byRule },
    SEED,
  );
}

async function run() {
  const random = createRandom(SEED);
  const refused = new Map<string, number>();
  let equal = 0;
  for (let i = 0; i < COUNT; i++) {
    const { json, weightData, loads, asked, scores } = saved[i % saved.length];
    const artifacts = { ...JSON.parse(json), weightData };
    const what = mutate(artifacts, random);
    const before = tf.memory().numTensors;
    try {
      const model = await loads.load({ load: async () => artifacts });
      expect((await model.decisionFunction(asked)).data).toEqual(scores);
      model.dispose();
      equal++;
    } catch (error) {
      if (!(error instanceof SavedModelError)) {
        throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
      }
      const rule = kindOf(error);
      refused.set(rule, (refused.get(rule) ?? 0) + 1);
    }
    if (tf.memory().numTensors !== before) {
      throw new Error(`${what}: ${tf.memory().numTensors - before} tensors are left.`);
    }
  }
  return { equal, refused };
}

/** An error's rule without the values. */
const kindOf = ({ message }: Error): string =>
  /^The saved (kernel )?model( must|'s `[\w.]+` must)? .{0,24}/
    .exec(message)?.[0]
    .split('. Rec')[0] ?? message.slice(0, 24);

const ODD: readonly unknown[] = [
  ...[null, true, '', 'x', 'toString', '__proto__', -1, 0, 0.5, 3, 1e9, 1e308, [], {}],
  ...[[null], [[]], { className: 'Dense', config: null }, 'int32', 'linear', 'relu'],
];

/** Changes one thing, in place; says what. */
function mutate(artifacts: Any, random: Random): string {
  if (random.uniform() < 0.1) return mutateWeights(artifacts, random);
  const places: [Any, string | number][] = [];
  const roots = ['modelTopology', 'weightSpecs', 'userDefinedMetadata'] as const;
  for (const root of roots) collect(artifacts, root, places);
  const [holder, key] = places[random.integer(places.length)];
  const value = holder[key];
  const pick = random.integer(6);
  const path = () => `${String(key)}: ${JSON.stringify(value)?.slice(0, 60)}`;
  if (pick === 0) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    return `deleted ${path()}`;
  }
  if (pick === 1 && typeof value === 'string' && value.length > 0) {
    const at = random.integer(value.length);
    holder[key] =
      value.slice(0, at) + String.fromCharCode(33 + random.integer(90)) + value.slice(at + 1);
  } else if (pick === 1 && typeof value === 'number') {
    holder[key] = value + (random.integer(2) === 0 ? 1 : -1);
  } else if (pick === 2) {
    const [from, other] = places[random.integer(places.length)];
    holder[key] = JSON.parse(JSON.stringify(from[other] ?? null));
  } else if (pick === 3 && Array.isArray(value)) {
    value.push(JSON.parse(JSON.stringify(value[0] ?? null)));
  } else if (pick === 4 && !Array.isArray(holder)) {
    holder[`${String(key)}_`] = value;
    delete holder[key];
  } else {
    holder[key] = JSON.parse(JSON.stringify(ODD[random.integer(ODD.length)]));
  }
  return `${path()} became ${JSON.stringify(holder[key])?.slice(0, 60)}`;
}

function collect(holder: Any, key: string | number, places: [Any, string | number][]): void {
  places.push([holder, key]);
  const value = holder[key];
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.keys(value)) collect(value, inner, places);
}

function mutateWeights(artifacts: Any, random: Random): string {
  const bytes = artifacts.weightData.slice(0) as ArrayBuffer;
  const pick = random.integer(4);
  if (pick === 0) artifacts.weightData = bytes.slice(0, random.integer(bytes.byteLength));
  else if (pick === 1) artifacts.weightData = bytes.slice(0, -4 * (1 + random.integer(3)));
  else {
    const view = new DataView(bytes);
    const at = random.integer(bytes.byteLength);
    view.setUint8(at, pick === 2 ? 255 : view.getUint8(at) ^ (1 << random.integer(8)));
    artifacts.weightData = bytes;
  }
  return `weights, ${pick}`;
}
