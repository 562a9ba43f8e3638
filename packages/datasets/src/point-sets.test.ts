import { describe, expect, it } from 'vitest';
import { blobs } from './blobs.ts';
import { circles } from './circles.ts';
import { friedman1 } from './friedman1.ts';
import { moons } from './moons.ts';
import { spirals } from './spirals.ts';
import type { ClassData } from './types.ts';

const points = ({ x, y }: ClassData, label: number) =>
  Array.from(y, (_, row) => row)
    .filter((row) => y[row] === label)
    .map((row) => [x.data[2 * row], x.data[2 * row + 1]]);
const counts = ({ y, classNames }: ClassData) =>
  classNames.map((_, label) => y.filter((other) => other === label).length);

describe.each([
  ['moons', moons, ['upper', 'lower']],
  ['circles', circles, ['outer', 'inner']],
  ['spirals', spirals, ['0', '1']],
  ['blobs', blobs, ['0', '1', '2']],
])('%s', (_, make, classNames) => {
  it('gives float32 points with shape and class names, classes as equal as can be', () => {
    const data = make({ rows: 101, seed: 1 });
    expect(data.x.data).toBeInstanceOf(Float32Array);
    expect(data.x.data.length).toBe(202);
    expect(data.x.shape).toEqual([101, 2]);
    expect(data.y).toBeInstanceOf(Uint8Array);
    expect(data.classNames).toEqual(classNames);
    expect(Math.max(...counts(data)) - Math.min(...counts(data))).toBeLessThanOrEqual(1);
    // Shuffled: the classes do not come one after the other.
    expect([...data.y]).not.toEqual([...data.y].sort());
  });

  it('repeats from its seed', () => {
    const config = { rows: 50, noise: 0.1 };
    expect(make({ ...config, seed: 3 })).toEqual(make({ ...config, seed: 3 }));
    expect(make({ ...config, seed: 4 }).x).not.toEqual(make({ ...config, seed: 3 }).x);
  });

  it('refuses what it cannot make', () => {
    expect(() => make({ rows: 1 })).toThrow('`rows` must be a whole number');
    expect(() => make({ rows: 10.5 })).toThrow('Received: 10.5.');
    expect(() => make({ rows: 10, noise: -1 })).toThrow(
      '`noise` must be a finite number, 0 or above. Received: -1.',
    );
    expect(() => make({ rows: 10, seed: -1 })).toThrow('`seed`');
  });
});

describe('without noise the points are on their curves', () => {
  it('moons', () => {
    const data = moons({ rows: 200 });
    for (const [a, b] of points(data, 0)) {
      expect(Math.hypot(a, b)).toBeCloseTo(1, 6);
      expect(b).toBeGreaterThan(-1e-6);
    }
    for (const [a, b] of points(data, 1)) {
      expect(Math.hypot(a - 1, b - 0.5)).toBeCloseTo(1, 6);
      expect(b).toBeLessThan(0.5 + 1e-6);
    }
  });

  it('circles', () => {
    const data = circles({ rows: 60, factor: 0.3 });
    for (const [a, b] of points(data, 0)) expect(Math.hypot(a, b)).toBeCloseTo(1, 6);
    for (const [a, b] of points(data, 1)) expect(Math.hypot(a, b)).toBeCloseTo(0.3, 6);
    const angles = points(data, 0)
      .map(([a, b]) => Math.atan2(b, a))
      .sort((a, b) => a - b);
    expect(angles[1] - angles[0]).toBeCloseTo((2 * Math.PI) / 30, 5);
    expect(() => circles({ rows: 9, factor: 1 })).toThrow('`factor` must be a number in [0, 1)');
  });

  it('spirals', () => {
    const data = spirals({ rows: 90, classes: 3, turns: 2 });
    expect(counts(data)).toEqual([30, 30, 30]);
    for (const label of [0, 1, 2]) {
      for (const [a, b] of points(data, label)) {
        const radius = Math.hypot(a, b);
        const angle = Math.atan2(b, a) / (2 * Math.PI) - 2 * radius - label / 3;
        expect(Math.abs(angle - Math.round(angle))).toBeLessThan(1e-5);
      }
    }
    expect(() => spirals({ rows: 9, classes: 1 })).toThrow('`classes`');
    expect(() => spirals({ rows: 999, classes: 257 })).toThrow('`classes` must be 256 or below');
  });
});

it('noise has the standard deviation that was asked for', () => {
  const n = 20_000;
  const clean = moons({ rows: n, seed: 5 }).x.data;
  const noisy = moons({ rows: n, seed: 5, noise: 0.3 }).x.data;
  const squares = noisy.map((value, i) => (value - clean[i]) ** 2);
  const variance = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  expect(Math.abs(variance / 0.09 - 1)).toBeLessThan(4 * Math.sqrt(2 / squares.length));
});

describe('blobs', () => {
  it('stand where they were put, as wide as asked', () => {
    const centers = [
      [0, 5, -5],
      [7, 0, 1],
    ];
    const n = 5000;
    const { x, y } = blobs({ rows: 2 * n, centers, noise: 0.5, seed: 2 });
    expect(x.shape).toEqual([2 * n, 3]);
    for (const label of [0, 1]) {
      for (const j of [0, 1, 2]) {
        const column = [...y.keys()].filter((i) => y[i] === label).map((i) => x.data[3 * i + j]);
        const mean = column.reduce((sum, value) => sum + value, 0) / n;
        expect(Math.abs(mean - centers[label][j])).toBeLessThan((4 * 0.5) / Math.sqrt(n));
        const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
        expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
      }
    }
  });

  it('draws centres in the box, the same however many rows', () => {
    const at = (rows: number) => {
      const { x, y } = blobs({ rows, centers: 4, columns: 2, noise: 0, seed: 8 });
      return [0, 1, 2, 3].map((label) => [...x.data.subarray(2 * y.indexOf(label)).slice(0, 2)]);
    };
    expect(at(100)).toEqual(at(40));
    for (const value of at(40).flat()) expect(Math.abs(value)).toBeLessThan(10);
  });

  it('refuses impossible centres', () => {
    expect(() => blobs({ rows: 9, centers: 0 })).toThrow('`centers`');
    expect(() => blobs({ rows: 999, centers: 257 })).toThrow('`centers` must be 256 or fewer');
    expect(() => blobs({ rows: 9, centers: [[1], [1, 2]] })).toThrow('equally many finite numbers');
    expect(() => blobs({ rows: 9, centers: [] })).toThrow('`centers`');
    expect(() => blobs({ rows: 9, columns: 0 })).toThrow('`columns`');
  });
});

describe('friedman1', () => {
  it('is the formula', () => {
    const { x, y } = friedman1({ rows: 40, columns: 7, seed: 1 });
    expect(x.shape).toEqual([40, 7]);
    for (let row = 0; row < 40; row++) {
      const [a, b, c, d, e] = x.data.subarray(7 * row);
      const expected = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e;
      expect(y[row]).toBeCloseTo(expected, 4);
    }
    expect(Math.min(...x.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...x.data)).toBeLessThanOrEqual(1);
  });

  it('has the known mean, and noise on y alone', () => {
    const n = 20_000;
    const clean = friedman1({ rows: n, seed: 2 });
    const noisy = friedman1({ rows: n, seed: 2, noise: 2 });
    expect(noisy.x).toEqual(clean.x);
    const mean = clean.y.reduce((sum, value) => sum + value, 0) / n;
    // E sin(π ab) over the unit square is 0.5246, of the whole 14.413; y's deviation is below 5.
    expect(Math.abs(mean - 14.413)).toBeLessThan((4 * 5) / Math.sqrt(n));
    const variance = noisy.y.reduce((sum, value, i) => sum + (value - clean.y[i]) ** 2, 0) / n;
    expect(Math.abs(variance / 4 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(() => friedman1({ rows: 5, columns: 4 })).toThrow('`columns`');
  });
});
