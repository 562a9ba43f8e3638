import '@tensorflow/tfjs-backend-cpu';
import { defineLoss, outputwise, registerLoss } from '@kernel-methods/losses';
import { enableProdMode, mean, setBackend, square, sub } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { estimate } from '../estimate/estimate.ts';
import { unusedBy } from '../matrix/unused.ts';
import { complete } from '../options/complete.ts';
import { helpText } from '../options/help.ts';
import type { Settings } from '../options/options.ts';
import { parse } from '../options/parse.ts';
import { header } from '../run/lines.ts';
import { createModel } from '../run/model.ts';
import { refusalOf } from '../run/refusal.ts';
import type { LossEntry } from './losses.ts';
import type { MapEntry } from './maps.ts';
import type { SolverEntry } from './solvers.ts';

// A new solver, map or loss is one entry in its table: help, refusals, header, what is not used and
// estimates follow from it. CONTRIBUTING's walk.

const solver = vi.hoisted(
  (): SolverEntry => ({
    help: 'no step at all',
    unused: ['epochs', 'learningRate'],
    epochs: false,
    keeps: false,
    squares: { wasm: 3, memory: 3 },
    drawn: () => false,
    describe: ({ batchSize }, steps) => `still: ${steps} of ${batchSize} rows without a change`,
    work: ({ sizes }) => ({ script: 1e6 * sizes.train }),
  }),
);

const map = vi.hoisted(
  (): MapEntry => ({
    help: 'the pixels, twice',
    kernel: false,
    sized: true,
    drawn: false,
    landmarks: true,
    squares: { wasm: 0, memory: 0 },
    hadamard: false,
    layer: ({ identity }) => identity(),
    rowWork: ({ width }) => ({ script: 1e5 * width }),
    prepareWork: () => ({ host: { algebra: 1e12 } }),
  }),
);

const loss = vi.hoisted(
  (): LossEntry => ({
    estimator: 'KernelRidge',
    loss: 'ownSquares',
    aliases: ['own-squares-by-another-name'],
    newton: { products: 5000, script: 100 },
  }),
);

vi.mock(import('./solvers.ts'), async (original) => {
  const module = await original();
  return { ...module, solvers: { ...module.solvers, still: solver } };
});
vi.mock(import('./maps.ts'), async (original) => {
  const module = await original();
  return { ...module, maps: { ...module.maps, twice: map } };
});
vi.mock(import('./losses.ts'), async (original) => {
  const module = await original();
  return { ...module, losses: { ...module.losses, 'own-squares': loss } };
});

const still = { solver: 'still' } as unknown as Partial<Settings>;
const twice = { map: 'twice' } as unknown as Partial<Settings>;
const ownSquares = { loss: 'own-squares' } as unknown as Partial<Settings>;

const of = (given: Partial<Settings>) => complete({ dataset: 'mnist', ...given });
const plain = { dim: (text: string) => text, bold: (text: string) => text };
const headerOf = (given: Partial<Settings>) =>
  header(
    of(given),
    { origin: 'here', rows: { train: 48_000, validation: 12_000, test: 10_000 } },
    { name: 'cpu', threads: 1 },
    plain,
  )
    .join('\n')
    .replaceAll(/ +/g, ' ');
/** Script alone takes time, and algebra. */
const speed = { features: 1e15, cholesky: 1e12, stream: 1e15, script: 1e9 };
const machine = { cores: 2, memory: 24e9, ...speed };

beforeAll(async () => {
  enableProdMode();
  await setBackend('cpu');
  registerLoss(
    defineLoss({
      name: 'ownSquares',
      coding: 'real',
      tensor: (yTrue, yPred) => mean(square(sub(yPred, yTrue)), -1),
      closed: outputwise(
        (t, p) => (p - t) ** 2,
        (t, p) => 2 * (p - t),
      ),
    }),
  );
});

describe('a solver that is one entry', () => {
  it('stands in the help, with what it does', () => {
    const help = helpText(10_000);
    expect(help).toMatch(/--solver NAME .*: adam, .*fit, still; .*still: no step at all/);
  });

  it('can be asked for, and is meant by names near it', () => {
    expect(parse(['--solver', 'still']).config.solver).toBe('still');
    expect(() => parse(['--solver', 'stil'])).toThrow('did you mean still?');
  });

  it('is refused where its squares do not fit, in its own name', () => {
    const most = Math.floor(Math.sqrt((3.75 * 2 ** 30) / 8 / 3));
    expect(refusalOf(of({ ...still, outputDim: most + 1 }))).toBe(
      `still needs squares of the number of features: WebAssembly's 4 GiB hold those of ${most}`,
    );
  });

  it('describes itself in the header', () => {
    expect(headerOf({ ...still, batchSize: 480 })).toContain(
      'training still: 100 steps of 480 rows without a change',
    );
  });

  it('says which options it does not use', () => {
    expect(unusedBy(of(still))).toContainEqual({
      options: ['epochs', 'learningRate'],
      by: 'still',
    });
  });

  it('says how long it takes, and how much it holds', () => {
    const [all, half] = [{}, { rows: 30_000 }].map((rows) =>
      estimate(of({ ...still, ...rows }), machine),
    );
    expect(all.seconds).toBeGreaterThan(48);
    expect(all.seconds - half.seconds).toBeGreaterThan(24);
    expect(all.memory).toBeGreaterThan(3 * 8 * 4096 ** 2);
  });
});

describe('a map that is one entry', () => {
  it('stands in the help and can be asked for', () => {
    expect(helpText(10_000)).toMatch(/--map NAME .*twice.*twice: the pixels, twice/);
    expect(parse(['--map', 'twice']).config.map).toBe('twice');
    expect(() => parse(['--map', 'twise'])).toThrow('did you mean twice?');
  });

  it('is refused where it has too few rows to learn from', () => {
    expect(refusalOf(of({ ...twice, outputDim: 500, rows: 500 }))).toBe(
      'twice takes its landmarks from the training rows: 500 of 400 cannot be had',
    );
    expect(refusalOf(of({ ...twice, outputDim: 400, rows: 500 }))).toBeUndefined();
  });

  it('stands in the header, and takes no kernel', () => {
    expect(headerOf(twice)).toContain('map 4,096 the pixels, twice\n');
    expect(unusedBy(of(twice))).toContainEqual({ options: ['kernel', 'scale'], by: 'twice' });
  });

  it('says how long it takes', () => {
    const [one, two] = [512, 1024].map((outputDim) =>
      estimate(of({ ...twice, outputDim }), machine),
    );
    // To learn the map, and then to compute it.
    expect(one.seconds).toBeGreaterThan(1 + (512 * 1e5 * 70_000) / 1e9);
    expect(two.seconds - one.seconds).toBeGreaterThan((512 * 1e5 * 70_000) / 1e9);
  });

  it('makes the layer that trains', async () => {
    const model = createModel(of({ ...twice, epochs: 50, batchSize: 3, learningRate: 0.1 }));
    const x = { data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), shape: [3, 3] };
    await model.fit(x, x, {});
    expect((await model.test(x, x)).accuracy).toBe(1);
    model.dispose();
  });
});

describe('a loss that is one entry', () => {
  it('stands in the help and can be asked for, by its other name too', () => {
    expect(helpText(10_000)).toMatch(/--loss NAME .*own-squares/);
    expect(parse(['--loss', 'own-squares-by-another-name']).config.loss).toBe('own-squares');
    expect(() => parse(['--loss', 'own-square'])).toThrow('did you mean own-squares?');
  });

  it('is refused by the solvers that cannot minimize it', () => {
    expect(refusalOf(of({ ...ownSquares, solver: 'adam' }))).toBeUndefined();
    expect(refusalOf(of({ ...ownSquares, solver: 'newton' }))).toMatch(/`loss` must .*ownSquares/);
  });

  it('says in the header which estimator trains it', () => {
    expect(headerOf(ownSquares)).toContain('loss own-squares, trained as KernelRidge');
  });

  it("says what Newton's method needs", () => {
    const by = (loss: Partial<Settings>) =>
      estimate(of({ ...loss, solver: 'newton', outputDim: 16 }), machine).seconds;
    expect(by(ownSquares)).toBeGreaterThan(by({ loss: 'huber' }) + (4900 * 48_000 * 100) / 1e9 - 1);
  });

  it('trains', async () => {
    const model = createModel(
      of({ ...ownSquares, map: 'identity', epochs: 50, batchSize: 3, learningRate: 0.1 }),
    );
    const x = { data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), shape: [3, 3] };
    await model.fit(x, x, {});
    const tested = await model.test(x, x);
    expect(tested.accuracy).toBe(1);
    model.dispose();
  });
});
