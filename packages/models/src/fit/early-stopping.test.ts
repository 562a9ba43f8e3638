import { describe, expect, it } from 'vitest';
import { EarlyStopper, type EarlyStopping } from './early-stopping.ts';

/** After which epoch it ends, and the epoch that is kept, for these values of what is watched. */
async function run(options: EarlyStopping, values: number[], key = 'valLoss') {
  const stopper = new EarlyStopper<number>(options, true, true);
  for (const [i, value] of values.entries()) {
    const record = { epoch: i + 1, loss: 1, seconds: 0, [key]: value };
    if (await stopper.isOver(record, async () => i + 1)) return { end: i + 1, best: stopper.best };
  }
  return { end: undefined, best: stopper.best };
}

it('ends after as many epochs without a better one as it has patience', async () => {
  expect(await run({}, [3, 2, 2.5, 2, 2.1, 1])).toEqual({ end: 5, best: 2 });
  expect(await run({ patience: 1 }, [3, 2, 2])).toEqual({ end: 3, best: 2 });
  expect(await run({ patience: 2 }, [3, 3, 2, 2, 1, 1])).toEqual({ end: undefined, best: 5 });
});

it('wants it better by minDelta', async () => {
  expect(await run({ minDelta: 0.5, patience: 2 }, [3, 2.6, 2.4, 2, 1.95])).toEqual({
    end: 5,
    best: 3,
  });
});

it('wants accuracy up and losses down, and takes NaN for worse', async () => {
  const monitor = 'valAccuracy';
  expect(await run({ monitor, patience: 1 }, [0.5, 0.7, 0.6], monitor)).toEqual({
    end: 3,
    best: 2,
  });
  expect(await run({ patience: 2 }, [Number.NaN, 2, Number.NaN, Number.NaN])).toEqual({
    end: 4,
    best: 2,
  });
});

it('keeps nothing where the last is wanted', async () => {
  expect(await run({ restoreBest: false, patience: 1 }, [1, 2])).toEqual({ end: 2 });
});

it('watches the loss where nothing is validated', async () => {
  const stopper = new EarlyStopper<number>({ patience: 1 }, false, false);
  const record = { epoch: 1, loss: 1, seconds: 0 };
  expect(await stopper.isOver(record, async () => 1)).toBe(false);
  expect(await stopper.isOver(record, async () => 2)).toBe(true);
  expect(stopper.best).toBe(1);
});

describe('refuses', () => {
  it.each<[unknown, boolean, boolean, string]>([
    [{ monitor: 'valLoss' }, false, true, 'must be one of loss, accuracy here. Received: valLoss.'],
    [{ monitor: 'accuracy' }, true, false, 'one of loss, valLoss here. Received: accuracy.'],
    [{ patience: 0 }, true, true, '`patience` must be a whole number, 1 or above. Received: 0.'],
    [{ minDelta: -1 }, true, true, '`minDelta` must be a finite number, 0 or above. Received: -1'],
    [{ minDelta: Number.POSITIVE_INFINITY }, true, true, 'Received: Infinity.'],
    [{ pacience: 2 }, true, true, 'must be among monitor, patience, minDelta, restoreBest. Receiv'],
    [5, true, true, '`earlyStopping` must be true or an object. Received: number.'],
  ])('%o', (options, validates, classifies, message) => {
    expect(() => new EarlyStopper(options as EarlyStopping, validates, classifies)).toThrow(
      message,
    );
  });
});
