import { describe, expect, it } from 'vitest';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { sparseRows } from './fixtures/sparse.ts';
import { DUAL_PANEL, dualDescentAt, type Simd } from './index.ts';

const all = instancesOfAllBuilds();

interface Case {
  count: number;
  features: number;
  units: number;
  signed: boolean;
  limit: number;
  ridge: number;
}

/** Three passes in an order of its own; the weights, the bias, the coefficients and what moved. */
function passes(simd: Simd, { count, features, units, signed, limit, ridge }: Case) {
  const { indptr, indices, values, dense } = sparseRows(count, features, 3);
  const y = numbers(count * units, 5).map((v) => (signed ? Math.sign(v) || 1 : v));
  const order = Int32Array.from({ length: count }, (_, i) => (i * 5) % count);
  const own = new Float32Array(3 * count);
  for (let row = 0; row < count; row++) {
    const squares = dense.subarray(row * features, (row + 1) * features).map((v) => v * v);
    own.set([squares.reduce((a, b) => a + b, 0), ridge * (1 + (row % 2)), limit], 3 * row);
  }
  const panels = Math.ceil(units / DUAL_PANEL);
  const sizes = [features, 1, count, 1].map((rows) => rows * panels * DUAL_PANEL);
  const zeros = sizes.map((n) => new Float32Array(n));
  const arrays = [indptr, indices, values, order, own, inPanels(y, units), ...zeros];
  const out = withArrays(simd, arrays, ([i, j, v, rows, o, t, w, bias, coefficients, moved]) => {
    const z = { indptr: i, indices: j, values: v, rows, count, features, units };
    const targets = { total: count, y: t, coefficients, own: o };
    const rest = { w, bias, ...targets, rate: 0.5, signed, moved };
    for (let pass = 0; pass < 3; pass++) {
      simd.f32(moved, sizes[3]).fill(0);
      dualDescentAt(simd, { ...z, ...rest, numbers: indices.length });
    }
    return [w, bias, coefficients, moved].map((at, k) => fromPanels(simd.f32(at, sizes[k]), units));
  });
  return { out, y, order, own, dense };
}

/** Rows of `units` numbers as panels of 16 outputs. */
function inPanels(values: Float32Array, units: number): Float32Array {
  const rows = values.length / units;
  const out = new Float32Array(Math.ceil(units / DUAL_PANEL) * rows * DUAL_PANEL);
  values.forEach((value, at) => {
    out[placeOf(Math.floor(at / units), at % units, rows)] = value;
  });
  return out;
}

function fromPanels(values: Float32Array, units: number): Float32Array {
  const rows = values.length / DUAL_PANEL / Math.ceil(units / DUAL_PANEL);
  return Float32Array.from(
    { length: rows * units },
    (_, at) => values[placeOf(Math.floor(at / units), at % units, rows)],
  );
}

const placeOf = (row: number, unit: number, rows: number) =>
  (Math.floor(unit / DUAL_PANEL) * rows + row) * DUAL_PANEL + (unit % DUAL_PANEL);

/** The same by loops in float64. */
function naive({ count, features, units, signed }: Case, given: ReturnType<typeof passes>) {
  const { y, order, own, dense } = given;
  const [w, bias] = [new Float64Array(features * units), new Float64Array(units)];
  const [coefficients, moved] = [new Float64Array(count * units), new Float64Array(units)];
  for (let pass = 0; pass < 3; pass++) {
    moved.fill(0);
    for (const row of order) {
      const [square, ridge, limit] = own.subarray(3 * row);
      for (let u = 0; u < units; u++) {
        const at = row * units + u;
        let score = bias[u];
        for (let d = 0; d < features; d++) score += dense[row * features + d] * w[d * units + u];
        const curvature = square + ridge + 0.5;
        let after = coefficients[at] + (y[at] - score - ridge * coefficients[at]) / curvature;
        if (signed) after = y[at] * Math.min(limit, Math.max(0, y[at] * after));
        const move = after - coefficients[at];
        coefficients[at] = after;
        bias[u] += 0.5 * move;
        moved[u] = Math.max(moved[u], Math.abs(move) * curvature);
        for (let d = 0; d < features; d++) w[d * units + u] += move * dense[row * features + d];
      }
    }
  }
  return [w, bias, coefficients, moved];
}

const cases: [string, Case][] = [
  ['a limit', { signed: true, limit: 0.3, ridge: 0, count: 41, features: 30, units: 37 }],
  ['a ridge', { signed: true, limit: Infinity, ridge: 0.7, count: 41, features: 30, units: 16 }],
  ['no signs', { signed: false, limit: Infinity, ridge: 0.2, count: 17, features: 9, units: 1 }],
];

describe.each(all)('dual coordinate descent, %s', (_, simd) => {
  it.each(cases)('agrees with loops, with %s', (_, given) => {
    const result = passes(simd, given);
    naive(given, result).forEach((expected, k) => {
      expectNear(result.out[k], expected, 2e-5);
    });
  });
});

it('is the same to the last bit on every number of threads, and on both engines', () => {
  const given = { signed: true, limit: 2, ridge: 0.1, count: 301, features: 400, units: 150 };
  const results = all
    .filter(([, { engine, variant }]) => engine.name !== 'javascript' && variant === 'relaxed')
    .map(([, simd]) => passes(simd, given).out);
  expect(results.length).toBeGreaterThan(1);
  for (const result of results) expect(result).toEqual(results[0]);
});
