import { createRandom } from '@kernel-methods/random';
import { describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { type Fake, fakeMachine, fakeRun } from '../results/fake-runs.ts';
import type { Change, Changes } from './changes.ts';
import { compareSides } from './compare-sides.ts';
import type { Run, Side } from './side.ts';

/** A run as it is read back from JSON. */
const runOf = (fake: Fake): Run => JSON.parse(JSON.stringify(fakeRun(fake)));

function side(fakes: readonly Fake[], given: Partial<Side> = {}): Side {
  return {
    path: 'x.json',
    kind: 'comparison',
    aborted: false,
    machine: fakeMachine,
    runs: fakes.map(runOf),
    skipped: [],
    ...given,
  };
}

const compare = (before: readonly Fake[], after: readonly Fake[], threshold?: number) =>
  compareSides(side(before), side(after), { threshold });

const of = ({ variants }: Changes, measure: Change['measure']) =>
  variants[0].changes.find((change) => change.measure === measure);

const seeds = (accuracies: readonly number[]): Fake[] =>
  accuracies.map((accuracy, seed) => ({ accuracy, seed }));

const times = (all: readonly number[]): Fake[] =>
  all.map((processSeconds, repeat) => ({ processSeconds, repeat }));

describe('accuracy', () => {
  it('is compared seed by seed', () => {
    // Seeds differ by far more than what changed.
    const before = seeds([0.93, 0.95, 0.97, 0.94]);
    const after = seeds([0.926, 0.944, 0.965, 0.937]);
    const changes = compare(before, [...after, { seed: 9, accuracy: 0.5 }]);
    expect(of(changes, 'accuracy')).toMatchObject({
      change: expect.closeTo(-0.0045, 10),
      noise: expect.closeTo(0.00205426, 7),
      from: '4 seeds',
      verdict: 'worse',
    });
    expect(changes.lost).toBe(true);
    expect(compare(after, before).lost).toBe(false);
    expect(of(compare(after, before), 'accuracy')?.verdict).toBe('better');
    expect(of(compare(before, seeds([0.926, 0.955, 0.965, 0.944])), 'accuracy')?.verdict).toBe(
      'same',
    );
  });

  it('of one common seed or none is compared by the test rows', () => {
    const one = [{ accuracy: 0.97 }];
    expect(of(compare(one, [{ accuracy: 0.966 }]), 'accuracy')).toMatchObject({
      from: '10,000 test rows',
      verdict: 'same',
    });
    expect(of(compare(one, [{ accuracy: 0.96 }]), 'accuracy')?.verdict).toBe('worse');
    expect(of(compare(one, [{ accuracy: 0.96, testRows: 100 }]), 'accuracy')?.verdict).toBe('same');
    const others = compare(seeds([0.97, 0.98]), [
      { seed: 5, accuracy: 0.95 },
      { seed: 6, accuracy: 0.96 },
    ]);
    expect(of(others, 'accuracy')).toMatchObject({
      before: expect.closeTo(0.975),
      after: expect.closeTo(0.955),
      verdict: 'worse',
    });
  });

  it('is not judged on other data', () => {
    const changes = compare([{ checksum: 'a' }], [{ checksum: 'b', accuracy: 0.5 }]);
    expect(of(changes, 'accuracy')).toBeUndefined();
    expect(changes.notes).toEqual([
      'Other data, so the accuracy of 1 variant is not judged: the checksums differ.',
    ]);
    expect(changes.lost).toBe(false);
    // Data of their own for each seed, the same in both files.
    const synthetic = [0, 1].map((seed) => ({ seed, checksum: `${seed}` }));
    expect(of(compare(synthetic, synthetic), 'accuracy')?.verdict).toBe('same');
  });

  it('is not judged where it is not known', () => {
    expect(of(compare([{ accuracy: null }], [{}]), 'accuracy')).toBeUndefined();
    expect(of(compare([{ testRows: 0 }], [{}]), 'accuracy')).toBeUndefined();
  });

  it('shows a change by chance in one of twenty comparisons, of however many variants', () => {
    const random = createRandom(4).stream('families');
    const configs = Array.from({ length: 8 }, (_, i) => complete({ outputDim: 100 + i }));
    const draw = (): Fake[] =>
      configs.flatMap((config) =>
        [0, 1, 2, 3].map((seed) => ({
          variant: `${config.outputDim}`,
          config,
          seed,
          testRows: 1e6,
          accuracy: 0.95 + 0.002 * random.normal(),
        })),
      );
    const trials = 500;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { variants } = compare(draw(), draw());
      if (variants.some(({ changes }) => changes[0].verdict !== 'same')) alarms++;
    }
    expect(Math.abs(alarms / trials - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / trials));
  });
});

describe('time and memory', () => {
  it('count beyond a tenth, and of single runs beyond a fifth', () => {
    const steady = times([10, 10.1, 9.9]);
    expect(of(compare(steady, times([10.8, 10.9, 10.9])), 'seconds')?.verdict).toBe('same');
    expect(of(compare(steady, times([11.5, 11.6, 11.4])), 'seconds')?.verdict).toBe('worse');
    expect(of(compare(times([11.5, 11.6, 11.4]), steady), 'seconds')?.verdict).toBe('better');
    expect(of(compare(times([10]), times([11.9])), 'seconds')?.verdict).toBe('same');
    expect(of(compare(times([10]), times([12.1])), 'seconds')?.verdict).toBe('worse');
    expect(of(compare([{ memory: 100 }], [{ memory: 109 }]), 'memory')?.verdict).toBe('same');
    expect(of(compare([{ memory: 100 }], [{ memory: 111 }]), 'memory')?.verdict).toBe('worse');
  });

  it('count beyond their spread', () => {
    const change = of(compare(times([10, 14, 8]), times([13, 16, 9])), 'seconds');
    expect(change).toMatchObject({ before: 10, after: 13, verdict: 'same', from: '3 and 3 runs' });
    expect(change?.noise).toBeGreaterThan(1.5);
  });

  it('count beyond the threshold that was given', () => {
    expect(of(compare(times([10]), times([14]), 0.5), 'seconds')?.verdict).toBe('same');
    expect(of(compare(times([10]), times([10.2]), 0.01), 'seconds')?.verdict).toBe('worse');
  });

  it('are not judged across machines', () => {
    const slow = side([{ processSeconds: 99, memory: 9e9, accuracy: 0.9 }], {
      machine: { ...fakeMachine, cores: 1, node: '26.0.0' },
    });
    const changes = compareSides(side([{}]), slow);
    expect(changes.variants[0].changes.map(({ measure }) => measure)).toEqual(['accuracy']);
    expect(changes.notes).toEqual([
      'Other machines, so time and memory are not judged: A CPU (2 cores, linux x64), then A CPU (1 core, linux x64).',
      'Other versions of Node: 24.1.0, then 26.0.0.',
    ]);
  });

  it('are not judged where there was more to do', () => {
    const changes = compare([{}], [{ testRows: 500, processSeconds: 1 }]);
    expect(changes.variants[0].changes.map(({ measure }) => measure)).toEqual(['accuracy']);
  });

  it('of a single run are without the start of the process', () => {
    const report = side([{ processSeconds: 20 }], { kind: 'report' });
    const changes = compareSides(side([{ processSeconds: 20 }]), report);
    expect(of(changes, 'seconds')).toMatchObject({ before: 19.5, after: 19.5 });
    expect(changes.notes).toHaveLength(1);
  });
});

describe('variants', () => {
  const small = { variant: 'small', config: complete({ outputDim: 64 }) };
  const failed = { status: 'failed', reason: 'out of memory' } as const;

  it('are the same by their settings, not by their name', () => {
    const changes = compareSides(
      side([{ variant: 'old name' }, { variant: 'gone', config: complete({ epochs: 3 }) }]),
      side([{ variant: 'new name' }, { ...small, variant: 'old name' }], {
        skipped: [{ variant: 'gone', reason: 'no longer sensible' }],
      }),
    );
    expect(changes.variants.map(({ variant }) => variant)).toEqual(['new name']);
    expect(changes.added).toEqual(['old name']);
    expect(changes.gone).toEqual([{ variant: 'gone', reason: 'no longer sensible' }]);
    expect(changes.lost).toBe(false);
    expect(compare([{}, small], [{ system: 'keras' }, small])).toMatchObject({
      variants: [{ variant: 'small' }],
      added: ['keras: gaussian, hinge'],
      lost: false,
    });
  });

  it('of the old file that are all gone are a loss', () => {
    const other = { config: complete({ epochs: 3 }) };
    for (const now of [[other], []]) {
      const changes = compare([{}], now);
      expect(changes).toMatchObject({ variants: [], gone: [{}], lost: true });
      expect(changes.notes[0]).toBe(
        'No variant of the old file is in the new one, which counts as lost.',
      );
    }
    expect(compare([], [{}])).toMatchObject({ notes: [], lost: false });
  });

  it('of one name that are not the same are told apart', () => {
    const changes = compare([{}], [{ config: complete({ epochs: 3, l2: 0.1 }) }]);
    expect(changes.variants).toEqual([]);
    expect(changes.notes.slice(1)).toEqual([
      'gaussian, hinge is not the same in both files: epochs 20, then 3; l2 unset, then 0.1.',
    ]);
  });

  it('that fail now are a loss', () => {
    const changes = compare([{}, small], [{}, { ...small, ...failed }]);
    expect(changes.lost).toBe(true);
    expect(changes.variants[1]).toMatchObject({
      failures: { before: '0 of 1', after: '1 of 1', reasons: ['out of memory'], verdict: 'worse' },
      changes: [],
    });
    expect(compare([{}], [{}, { seed: 1, ...failed }]).lost).toBe(true);
  });

  it('that failed before are none', () => {
    const both = compare([{ ...failed }], [{ ...failed }]);
    expect(both).toMatchObject({
      lost: false,
      variants: [{ broken: true, failures: { verdict: 'same' } }],
    });
    const mended = compare([{ ...failed }], [{}]);
    expect(mended).toMatchObject({
      lost: false,
      variants: [{ broken: false, failures: { verdict: 'better' } }],
    });
  });

  it.each([
    [1, 3, 2, 3, 'worse'],
    [2, 3, 1, 3, 'better'],
    [3, 3, 1, 3, 'better'],
    [3, 3, 3, 3, 'same'],
    [1, 3, 2, 6, 'same'],
    [1, 2, 2, 6, 'better'],
    [0, 6, 1, 6, 'worse'],
  ])('of which %i of %i runs failed, then %i of %i, are %s', (a, ofA, b, ofB, verdict) => {
    const some = (bad: number, all: number): Fake[] =>
      Array.from({ length: all }, (_, seed) => (seed < bad ? { seed, ...failed } : { seed }));
    const changes = compare(some(a, ofA), some(b, ofB));
    expect(changes.lost).toBe(verdict === 'worse');
    expect(changes.variants[0].failures).toEqual({
      before: `${a} of ${ofA}`,
      after: `${b} of ${ofB}`,
      reasons: b === 0 ? [] : ['out of memory'],
      verdict,
    });
  });

  it('count once where they were run again', () => {
    const changes = compare([{ accuracy: 0.5 }, {}], [{ ...failed }, {}]);
    expect(changes.lost).toBe(false);
    expect(changes.variants[0].failures.verdict).toBe('same');
    expect(of(changes, 'seconds')?.from).toBe('a run each');
  });
});
