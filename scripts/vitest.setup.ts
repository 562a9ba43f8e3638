import { afterEach, beforeEach, expect, type Mock, vi } from 'vitest';
import { tellProperties } from '../packages/test-utils/src/lanes.ts';

tellProperties();

// A library does not write to the console. A test that expects a message mocks that method itself.
const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
let watched: Mock[];

beforeEach(() => {
  watched = methods.map((method) => {
    const watch = vi.fn();
    vi.spyOn(console, method).mockImplementation(watch);
    return watch;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  watched.forEach((watch, i) => {
    expect(watch.mock.calls, `console.${methods[i]} was called`).toEqual([]);
  });
});
