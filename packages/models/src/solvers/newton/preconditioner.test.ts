import { meanSquaredError } from '@kernel-methods/losses';
import { expectNoLeak, maxRelativeDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { describeOnNumerics } from '../../fixtures/describe-on-numerics.ts';
import { contextOf, problemFrom, simdBytes, smallData } from '../fixtures/small-problem.ts';
import { BlockVector } from './block-vector.ts';
import { nystromPreconditioner } from './preconditioner.ts';

describeOnNumerics('the preconditioner', (numerics) => {
  it('is the inverse of c·G + l2·I, without l2 for the bias, where all rows are drawn', async () => {
    const data = smallData(meanSquaredError, { weighted: true });
    const { rows, width, units, z, weights } = data;
    const problem = problemFrom(numerics, data, meanSquaredError, { chunkRows: 20 });
    const layout = new BlockVector(units, width, true);
    const total = weights!.reduce((sum, weight) => sum + weight, 0);
    const l2 = 0.01;
    const scales = Float64Array.of(0.5, 1, 1e-3);
    const v = layout.vector().map((_, i) => Math.sin(i));
    // The product with v for each output, by loops.
    const product = layout.vector();
    for (let unit = 0; unit < units; unit++) {
      const at = unit * (width + 1);
      for (let row = 0; row < rows; row++) {
        const b = [...z.subarray(row * width, (row + 1) * width), 1];
        const along = b.reduce((sum, value, i) => sum + value * v[at + i], 0);
        b.forEach((value, i) => {
          product[at + i] += (scales[unit] * weights![row] * along * value) / total;
        });
      }
      for (let i = at; i < at + width; i++) product[i] += l2 * v[i];
    }
    const options = { ...contextOf(numerics), examples: problem.training, layout, l2, weights };
    const solve = async () => {
      const preconditioner = await nystromPreconditioner(options);
      await preconditioner.update(scales);
      const back = await preconditioner.apply(product);
      preconditioner.dispose();
      return back;
    };
    await solve();
    const bytes = simdBytes();
    const back = await expectNoLeak(solve);
    expect(simdBytes()).toBe(bytes);
    expect(maxRelativeDifference(back, v)).toBeLessThan(1e-4);
    problem.dispose();
  });

  it('leaves the rows of an output without curvature to the penalty, and adds damping to G', async () => {
    const data = smallData(meanSquaredError);
    const { rows, width, units, z } = data;
    const problem = problemFrom(numerics, data, meanSquaredError);
    const layout = new BlockVector(units, width, true);
    const options = { ...contextOf(numerics), examples: problem.training, layout };
    const v = layout.vector().map((_, i) => Math.cos(i));
    const at = (unit: number, i: number) => unit * (width + 1) + i;
    const applied = async (l2: number, sums: readonly number[], damping?: number) => {
      const preconditioner = await nystromPreconditioner({ ...options, l2 });
      await preconditioner.update(Float64Array.from(sums), damping);
      const out = await preconditioner.apply(v);
      preconditioner.dispose();
      return out;
    };
    const mean = Float64Array.from({ length: width }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += z[row * width + i] / rows;
      return sum;
    });
    // Curvature 0 of the second output: M is l2 for its weights about the mean, and l2 for its bias.
    const flat = await applied(0.01, [1, 0, 1]);
    const bias = v[at(1, width)];
    const weights = Array.from(mean, (m, i) => (v[at(1, i)] - bias * m) / 0.01);
    const shift = weights.reduce((sum, w, i) => sum + w * mean[i], 0);
    const part = flat.slice(at(1, 0), at(2, 0));
    expect(maxRelativeDifference(part, [...weights, bias / 0.01 - shift])).toBeLessThan(1e-4);
    // With nothing at all, it is 1.
    expect((await applied(0, [0, 0, 0])).every(Number.isFinite)).toBe(true);
    // Damping is a penalty of that share of the largest eigenvalue, which powers of G find.
    let u = mean.map((_, i) => Math.sin(i + 1));
    let largest = 0;
    for (let power = 0; power < 500; power++) {
      const next = new Float64Array(width);
      for (let row = 0; row < rows; row++) {
        const centred = mean.map((m, i) => z[row * width + i] - m);
        const along = centred.reduce((sum, value, i) => sum + value * u[i], 0) / rows;
        for (let i = 0; i < width; i++) next[i] += along * centred[i];
      }
      largest = Math.hypot(...next);
      u = next.map((value) => value / largest);
    }
    const damped = await applied(0, [1, 1, 1], 0.3);
    expect(maxRelativeDifference(damped, await applied(0.3 * largest, [1, 1, 1]))).toBeLessThan(
      1e-4,
    );
    problem.dispose();
  });

  it('is positive where only some rows are drawn', async () => {
    const data = smallData(meanSquaredError, { rows: 1500, width: 400, units: 2 });
    const problem = problemFrom(numerics, data, meanSquaredError);
    const layout = new BlockVector(2, 400, true);
    const preconditioner = await nystromPreconditioner({
      ...contextOf(numerics),
      examples: problem.training,
      layout,
      l2: 1e-6,
    });
    await preconditioner.update(Float64Array.of(1, 0.01));
    for (let seed = 0; seed < 3; seed++) {
      const v = layout.vector().map((_, i) => Math.sin(i * (seed + 1)));
      for (const dot of layout.dot(v, await preconditioner.apply(v)))
        expect(dot).toBeGreaterThan(0);
    }
    preconditioner.dispose();
    problem.dispose();
  });
});
