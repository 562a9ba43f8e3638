import { createOutput } from '@kernel-methods/report';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJob, createRecord } from './fake-jobs.ts';
import { createLive } from './live.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const jobs = [createJob('gaussian, hinge'), createJob('gaussian, hinge', 1), createJob('other', 1)];
const [first, second, third] = jobs;

function start({ columns = 80, isTTY = true, estimate = undefined as (() => number) | undefined }) {
  let time = 0;
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    columns,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const env = { NO_COLOR: '1' };
  const output = createOutput(stream('stdout'), stream('stderr'), env, () => 1000 * time);
  const live = createLive(output, jobs, estimate, () => time);
  /** What the moving lines show last. */
  const shown = () =>
    written.stderr
      .slice(written.stderr.lastIndexOf('\r') + 1)
      .replaceAll('\x1b[K', '')
      .split('\n');
  const wait = (seconds: number) => {
    time += seconds;
    vi.advanceTimersByTime(1000 * seconds);
  };
  return { live, written, shown, wait };
}

const progress = { type: 'progress', phase: 'train', epoch: 3, epochs: 20, steps: 100 } as const;

describe('on a terminal', () => {
  it('shows all runs and the current one', () => {
    const { live, shown, wait } = start({ columns: 100 });
    live.start(first, false);
    expect(shown()).toEqual([
      `0/3 runs [${'░'.repeat(30)}]`,
      'gaussian, hinge, seed 0  starting  0:00',
    ]);
    wait(2);
    live.message({ type: 'phase', name: 'load' });
    expect(shown()[1]).toBe('gaussian, hinge, seed 0  loading  0:02');
    wait(1);
    expect(shown()[1]).toBe('gaussian, hinge, seed 0  loading  0:03');
    live.message({ type: 'phase', name: 'train' });
    wait(0.5);
    live.message({ ...progress, step: 50, loss: 0.5, accuracy: 0.9 });
    expect(shown()[1]).toBe(
      `gaussian, hinge, seed 0  epoch  3/20 [${'█'.repeat(10)}${'░'.repeat(9)}]  accuracy 0.9000  0:01 left  0:18 in all`,
    );
    live.message({ type: 'phase', name: 'test' });
    wait(0.5);
    expect(shown()[1]).toBe('gaussian, hinge, seed 0  testing  0:04');
    live.end(createRecord(first, { processSeconds: 40 }));
    expect(shown()).toEqual(['\x1b[J']);
    live.start(second, true);
    wait(10);
    expect(shown()).toEqual([
      `1/3 runs [${'█'.repeat(10)}${'░'.repeat(20)}]  1:10 left`,
      'gaussian, hinge, seed 1, warm-up  starting  0:10',
    ]);
    live.end(createRecord(second, { status: 'failed', outcome: null }));
    live.start(third, false);
    expect(shown()[0]).toBe(`2/3 runs [${'█'.repeat(20)}${'░'.repeat(10)}]  0:40 left  1 failed`);
    live.close();
    expect(shown()).toEqual(['\x1b[J']);
    wait(5);
    expect(shown()).toEqual(['\x1b[J']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts what was done before, and what was estimated', () => {
    const { live, shown } = start({ estimate: () => 60 });
    live.known(createRecord(first, { processSeconds: 30 }));
    live.known(createRecord(createJob('of another comparison'), { processSeconds: 0 }));
    live.start(second, false);
    expect(shown()[0]).toMatch(/ {2}0:45 left$/);
    live.close();
  });

  it('shows epochs where a run tells of no steps', () => {
    const { live, shown, wait } = start({ columns: 120 });
    live.start(third, false);
    wait(4);
    const rest = { loss: 0.25, accuracy: null, valLoss: null, valAccuracy: null, seconds: 2 };
    live.message({ type: 'epoch', epoch: 2, epochs: 4, ...rest });
    expect(shown()[1]).toContain('other, seed 1  epoch 2/4 [');
    expect(shown()[1]).toContain('loss 0.2500');
    live.close();
  });

  it.each(Array.from({ length: 130 }, (_, i) => i + 1))(
    'is never wider than %i columns',
    (columns) => {
      const { live, shown } = start({ columns });
      live.start({ ...first, variant: 'a very long name of a variant, as they may come' }, true);
      const lines = shown();
      live.message({ type: 'phase', name: 'train' });
      live.message({ ...progress, step: 100, loss: 0.5, accuracy: 0.9 });
      for (const line of [...lines, ...shown()]) expect(line.length).toBeLessThan(columns);
      live.close();
    },
  );
});

it('tells in a pipe of each run that ended', () => {
  const { live, written } = start({ isTTY: false });
  live.start(first, false);
  live.message({ ...progress, step: 50 });
  live.end(createRecord(first));
  live.end(createRecord(second, { status: 'failed', reason: 'exit code 1: why', outcome: null }));
  live.end(createRecord(third, { status: 'timeout', reason: 'ended after 5 s', outcome: null }));
  live.close();
  expect(written).toEqual({
    stdout: [
      '1/3  gaussian, hinge  seed 0  test accuracy 0.9700   4.00 s    250 MB',
      '2/3  gaussian, hinge  seed 1  failed: exit code 1: why',
      '3/3  other            seed 1  timeout: ended after 5 s',
      '',
    ].join('\n'),
    stderr: '',
  });
});
