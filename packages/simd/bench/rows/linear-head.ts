import { adamStepAt, rowsProductAt, rowsTransposedProductAt, type Simd } from '../../src/index.ts';
import { engines } from '../engines.ts';
import { fill } from '../lab.ts';
import { onEngine, onEngines } from '../on-engines.ts';
import { type Row, type Timed, timed } from '../row.ts';

const [total, features, units, batch] = [12_800, 4096, 10, 128];

/** Steps over batches of picked rows. */
function steps(simd: Simd): Timed {
  const z = fill(simd, total * features);
  const [w, g, m, v] = [0, 0, 0, 0].map(() => fill(simd, features * units));
  const [scores, slopes] = [fill(simd, batch * units), fill(simd, batch * units)];
  for (const moment of [m, v]) simd.f32(moment, features * units).fill(0);
  simd.f32(slopes, batch * units).fill(0);
  const order = simd.alloc(4 * total);
  // 7919 is prime: each row once, far from the one before.
  simd.i32(order, total).forEach((_, i, all) => {
    all[i] = (i * 7919) % total;
  });
  let step = 0;
  return timed(() => {
    const rows = order + 4 * batch * (step % (total / batch));
    const picked = { z, rows, count: batch, features, units };
    rowsProductAt(simd, { ...picked, w, out: scores });
    const [f, df] = [simd.f32(scores, batch * units), simd.f32(slopes, batch * units)];
    const labels = simd.i32(rows, batch);
    for (let i = 0; i < batch; i++) {
      for (let u = 0; u < units; u++) {
        const y = labels[i] % units === u ? 1 : -1;
        df[i * units + u] = 1 - y * f[i * units + u] > 0 ? -y / (units * batch) : 0;
      }
    }
    rowsTransposedProductAt(simd, { ...picked, g: slopes, out: g });
    adamStepAt(simd, { w, g, m, v, n: features * units, step: ++step, learningRate: 1e-3 });
  });
}

const keras = 'Keras, a step of its program';
const oneThread = 'WebAssembly, 1 thread';

export const rows: Row[] = [
  {
    name: 'linear head: 128 random rows of 4,096, 10 outputs, hinge, Adam',
    contestants: {
      ...onEngines(steps),
      [oneThread]: onEngine('wasm', steps, { threads: 1 }),
      [keras]: {
        prepare: (lab) => lab.python('keras_step', { inputs: 784, features, units, batch }),
      },
    },
    bars: [
      { of: oneThread, against: keras, atLeast: 12 },
      { of: engines.native, against: keras, atLeast: 15 },
    ],
  },
];
