import '@tensorflow/tfjs-backend-cpu';
import {
  gaussian,
  isShiftInvariantKernel,
  kernelByName,
  kernelNames,
  type ShiftInvariantKernelName,
  standardize,
} from '@kernel-methods/features';
import { hinge } from '@kernel-methods/losses';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  crossValidate,
  type FeatureSpec,
  gridSearch,
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
  type Label,
  newton,
  type Prediction,
  type PredictionOf,
  type RowsLike,
  type TargetsLike,
  type TargetsOf,
  type Uncertain,
} from '../index.ts';

// What compiles, and what may not: `npm run types` is what runs these. What is refused by its type is
// refused by its value too, or does what is said here.

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const x = [[0], [1], [2], [3], [10], [11], [12], [13]];
const strings = [...'aaaabbbb'];
const numbers = [0, 0, 0, 0, 1, 1, 1, 1];
const quick = { outputDim: 4, scale: 1 };

describe('options', () => {
  it('name kernels, losses and solvers that there are', () => {
    // @ts-expect-error no kernel of ours
    expect(() => new KernelSVM({ features: 'rbf' })).toThrow("Here that is 'gaussian'.");
    // @ts-expect-error a kernel of which no random Fourier features can be drawn
    expect(() => new KernelSVM({ features: 'polynomial' })).toThrow('Here that is nystroem');
    // @ts-expect-error one of the chain is none
    expect(() => new KernelSVM({ features: ['gaussian', 'gausian'] })).toThrow("'gaussian'?");
    // @ts-expect-error no loss of ours
    expect(() => new KernelSVM({ loss: 'hinges' })).toThrow("Did you mean 'hinge'?");
    // @ts-expect-error no solver of ours
    expect(() => new KernelSVM({ solver: 'lbfgs' })).toThrow('`solver` must be one of');
    for (const options of [
      { features: 'gaussian', loss: 'hinge', solver: 'adam' },
      { features: gaussian({ scale: 2 }), loss: hinge, solver: 'fit' },
      { features: [standardize(), 'laplacian'], loss: 'squaredHinge', solver: newton() },
      { loss: 'squaredHinge', solver: { ...newton(), name: 'mine' } },
    ] satisfies KernelModelOptions[]) {
      expect(() => new KernelSVM(options)).not.toThrow();
    }
  });

  it('name exactly the kernels that can be drawn', () => {
    const drawn = ['gaussian', 'laplacian', 'isotropicLaplacian', 'matern', 'cauchy'] as const;
    const all = [...drawn, 'rationalQuadratic', 'sinc'] as const;
    expectTypeOf<(typeof all)[number]>().toEqualTypeOf<ShiftInvariantKernelName>();
    const found = kernelNames().filter((name) => {
      if (['sum', 'product', 'scaled'].includes(name)) return false;
      return isShiftInvariantKernel(kernelByName(name));
    });
    expect(found).toEqual(all);
    expectTypeOf(all).toExtend<FeatureSpec>();
  });

  it('may be undefined in `setParams`, which restores the default', () => {
    expectTypeOf(new KernelSVM().setParams).toBeCallableWith({ solver: undefined });
    expectTypeOf(new KernelSVM<string>().setParams({})).toEqualTypeOf<KernelSVM<string>>();
  });
});

describe('what `predict` gives', () => {
  it('is of the type that `fit` takes', async () => {
    const svm = new KernelSVM<string>(quick);
    await svm.fit(x, strings);
    const labels = await svm.predict(x);
    expectTypeOf(labels).toEqualTypeOf<string[]>();
    expectTypeOf(svm.classes).toEqualTypeOf<readonly string[] | undefined>();
    expect(labels.map((label) => label.toUpperCase())).toHaveLength(8);
    expectTypeOf<TargetsOf<string>>().toEqualTypeOf<readonly string[]>();
    // @ts-expect-error one asks of it no other type
    expectTypeOf(svm.predict<number>).toBeFunction();
    // @ts-expect-error labels of another kind
    await expect(svm.partialFit(x, numbers)).rejects.toThrow('of the kind seen so far, string');
    // @ts-expect-error likewise
    const refused = svm.partialFit(x, strings, { classes: [1, 2] });
    await expect(refused).rejects.toThrow('of the kind seen so far, string');
    svm.dispose();
    const pair = new KernelLogisticRegression<'a' | 'b'>(quick);
    expectTypeOf(() => pair.predict(x)).returns.resolves.toEqualTypeOf<('a' | 'b')[]>();
    const on = new KernelSVM<boolean>(quick);
    expectTypeOf<TargetsOf<boolean>>().toEqualTypeOf<readonly boolean[]>();
    expectTypeOf(() => on.predict(x)).returns.resolves.toEqualTypeOf<boolean[]>();
  });

  it('is any label where none is named, and a number in a ridge regression', () => {
    const svm = new KernelSVM();
    expectTypeOf(() => svm.predict(x)).returns.resolves.toEqualTypeOf<Label[]>();
    for (const y of [strings, numbers, [true, false], Int32Array.of(1, 2), [[0, 1]]]) {
      expectTypeOf(y).toExtend<TargetsOf<Label>>();
    }
    const ridge = new KernelRidge();
    expectTypeOf(() => ridge.predict(x)).returns.resolves.toEqualTypeOf<number[]>();
    const uncertain = () => ridge.predict(x, { returnStd: true });
    expectTypeOf(uncertain).returns.resolves.toEqualTypeOf<Uncertain>();
    for (const y of [numbers, Float32Array.of(1), { data: [1], shape: [1] }]) {
      expectTypeOf(y).toExtend<TargetsOf<number>>();
    }
    expectTypeOf(strings).not.toExtend<TargetsOf<number>>();
    expectTypeOf(x).not.toExtend<TargetsOf<number>>();
    const rows = new KernelRidge<number[]>();
    expectTypeOf(() => rows.predict(x)).returns.resolves.toEqualTypeOf<number[][]>();
    expectTypeOf(x).toExtend<TargetsOf<number[]>>();
    expectTypeOf([new Float32Array(2)]).toExtend<TargetsOf<number[]>>();
    expectTypeOf(numbers).not.toExtend<TargetsOf<number[]>>();
    expectTypeOf<TargetsOf<Prediction>>().toEqualTypeOf<TargetsLike>();
  });

  it('stands for any estimator where nothing is said of it', () => {
    expectTypeOf<KernelSVM<string>>().toExtend<KernelModel>();
    expectTypeOf<KernelSVM>().toExtend<KernelModel>();
    expectTypeOf<KernelRidge<number[]>>().toExtend<KernelModel>();
    expectTypeOf<KernelSVM<'a'>>().toExtend<KernelSVM<string>>();
    expectTypeOf<KernelSVM<string>>().not.toExtend<KernelSVM<number>>();
    expectTypeOf<PredictionOf<KernelSVM<string>>>().toEqualTypeOf<string>();
    expectTypeOf<PredictionOf<KernelRidge>>().toEqualTypeOf<number>();
    expectTypeOf<PredictionOf<KernelModel>>().toEqualTypeOf<Prediction>();
    class Mine extends KernelModel<number> {}
    expectTypeOf<PredictionOf<Mine>>().toEqualTypeOf<number>();
  });

  it('is kept by clones, loads and searches', () => {
    const svm = new KernelSVM<string>();
    expectTypeOf(svm.clone()).toEqualTypeOf<KernelSVM<string>>();
    const search = () => gridSearch(svm, { l2: [1] }, x, strings);
    expectTypeOf(search).returns.resolves.toHaveProperty('best').toEqualTypeOf<KernelSVM<string>>();
    const validate = () => crossValidate(svm, x, strings, { returnPredictions: true });
    expectTypeOf(validate)
      .returns.resolves.toHaveProperty('predictions')
      .toEqualTypeOf<readonly string[] | undefined>();
    // @ts-expect-error labels of another kind
    expectTypeOf(() => gridSearch(svm, { l2: [1] }, x, numbers)).toBeFunction();
    const load = () => KernelSVM.load('');
    // Only the file knows what the model predicts.
    expectTypeOf(load).returns.resolves.toEqualTypeOf<KernelSVM<Label | string[]>>();
    const typed = () => KernelSVM.load<KernelSVM<string>>('');
    expectTypeOf(typed).returns.resolves.toEqualTypeOf<KernelSVM<string>>();
  });
});

it('takes rows of every kind', () => {
  const svm = new KernelSVM();
  for (const rows of [x, [new Float32Array(2)], { data: [1], shape: [1, 1] }]) {
    expectTypeOf(rows).toExtend<RowsLike>();
  }
  expectTypeOf(svm.fit).toBeCallableWith([new Float32Array(2)], ['a']);
  // @ts-expect-error words
  expectTypeOf(svm.predict).toBeCallableWith(['a', 'b']);
});
