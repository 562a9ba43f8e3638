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
