import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeLabels, realTargets, type TargetsLike } from './labels.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

describe('encodeLabels', () => {
  it.each<[string, TargetsLike, unknown[], number[]]>([
    ['strings', ['b', 'a', 'b'], ['a', 'b'], [1, 0, 1]],
    ['numbers by value, not by spelling', [10, 9, 10, -1], [-1, 9, 10], [2, 1, 2, 0]],
    ['booleans', [true, false], [false, true], [1, 0]],
    ['typed arrays', Uint8Array.of(3, 1), [1, 3], [1, 0]],
    [
      'one-hot rows',
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
      [0, 1, 2],
      [2, 0],
    ],
    ['one-hot values', { data: [0, 1, 1, 0], shape: [2, 2] }, [0, 1], [1, 0]],
  ])('takes %s', async (_, y, classes, indices) => {
    const encoded = await encodeLabels(y, { name: 'y' });
    expect(encoded.classes).toEqual(classes);
    expect(Array.from(encoded.indices)).toEqual(indices);
  });

  it('takes tensors and leaves them', async () => {
    const y = tf.tensor1d([4, 2], 'int32');
    const encoded = await expectNoLeak(() => encodeLabels(y, { name: 'y' }));
    expect(encoded).toEqual({ classes: [2, 4], indices: Int32Array.of(1, 0) });
    y.dispose();
  });

  it.each<[string, unknown, RegExp]>([
    ['one class', ['a', 'a'], /`y` must hold at least two classes\. Received: only "a"\./],
    ['kinds mixed', ['a', 1], /labels of one kind.*Received: string and number\./],
    ['no label', [], /labels of one kind.*Received: no label\./],
    ['NaN', [1, Number.NaN], /`y` must hold finite labels only\. Received: 1, NaN\./],
    ['bigints', [1n, 2n], /must hold labels: .*Received: bigint in row 0\./],
    ['rows of nothing', [[], []], /at least one column\. Received: rows of none\./],
    ['a row that is none', [[0, 1], null], /rows of one width, 2 .*Received: null in row 1\./],
    [
      'two 1s in a row',
      [
        [1, 1],
        [0, 1],
      ],
      /one-hot.*Received: \[1,1\] in row 0\./,
    ],
    [
      'soft labels',
      [
        [0.5, 0.5],
        [0, 1],
      ],
      /one-hot.*Received: \[0\.5,0\.5\] in row 0\./,
    ],
    ['ragged rows', [[0, 1], [1]], /rows of one width, 2 as the first\. Received: 1 in row 1\./],
    ['a wrong shape', { data: [0, 1, 2], shape: [2, 2] }, /Received: \[2,2\] for 3 values\./],
    ['no array', 5, /`y` must be an array of labels/],
    ['null', null, /Received: null\./],
  ])('refuses %s', async (_, y, message) => {
    await expect(encodeLabels(y as TargetsLike, { name: 'y' })).rejects.toThrow(message);
  });

  it('refuses a label that was not seen in training, and says where', async () => {
    await expect(encodeLabels([1n] as never, { name: 'y', classes: ['a', 'b'] })).rejects.toThrow(
      'Received: 1n in row 0.',
    );
    await expect(encodeLabels(['a', 'c'], { name: 'y', classes: ['a', 'b'] })).rejects.toThrow(
      '`y` must hold labels seen in training ("a", "b"). Received: "c" in row 1.',
    );
  });
});

describe('realTargets', () => {
  it('takes numbers, one or several a row', async () => {
    expect(await realTargets([1, 2.5], 'y')).toEqual({ values: Float32Array.of(1, 2.5), width: 1 });
    expect(
      await realTargets(
        [
          [1, 2],
          [3, 4],
        ],
        'y',
      ),
    ).toEqual({ values: Float32Array.of(1, 2, 3, 4), width: 2 });
  });

  it('refuses labels and what is not finite', async () => {
    await expect(realTargets([0, 1e39], 'y')).rejects.toThrow('Received: 1e+39 in row 1.');
    await expect(realTargets([1n] as never, 'y')).rejects.toThrow('Received: 1n in row 0.');
    await expect(realTargets(['1'], 'y')).rejects.toThrow(
      'labels need `task: \'classification\'`. Received: "1" in row 0.',
    );
    await expect(
      realTargets(
        [
          [1, 2],
          [3, Number.NaN],
        ],
        'y',
      ),
    ).rejects.toThrow('Received: NaN in row 1.');
  });
});
