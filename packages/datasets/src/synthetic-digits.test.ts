import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { gaussianAccuracy, linearAccuracy } from './fixtures/classifiers.ts';
import { syntheticDigits } from './synthetic-digits.ts';

describe('syntheticDigits', () => {
  it('is a drop-in for MNIST', () => {
    const { x, y, classNames } = syntheticDigits({ rows: 30, seed: 1 });
    expect(x.data).toBeInstanceOf(Uint8Array);
    expect(x.data.length).toBe(30 * 784);
    expect(x.shape).toEqual([30, 28, 28]);
    expect(y).toBeInstanceOf(Uint8Array);
    expect(y.length).toBe(30);
    expect(classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('repeats bit for bit, and more rows begin with the same ones', () => {
    const few = syntheticDigits({ rows: 100, seed: 3 });
    const many = syntheticDigits({ rows: 250, seed: 3 });
    expect(many.x.data.subarray(0, few.x.data.length)).toEqual(few.x.data);
    expect(many.y.subarray(0, 100)).toEqual(few.y);
    expect(syntheticDigits({ rows: 100, seed: 4 }).x.data).not.toEqual(few.x.data);
    // Pinned: whoever changes the digits changes every published figure.
    const hash = createHash('sha256').update(many.x.data).update(many.y).digest('hex');
    expect(hash).toMatchInlineSnapshot(
      `"c033d036264337f551dc91f77dcf5a7054c3bedae9fb9bbaf9b8fe251a00dbbf"`,
    );
  });

  it('draws each digit as often, inside the sheet, on dark paper, no two alike', () => {
    const n = 5000;
    const { x, y } = syntheticDigits({ rows: n, seed: 5 });
    const counts = new Float64Array(10);
    for (const label of y) counts[label]++;
    const chi2 = counts.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    expect(chi2).toBeLessThan(27.88); // 0.999 quantile, 9 degrees of freedom
    const mean = x.data.reduce((sum, pixel) => sum + pixel, 0) / x.data.length / 255;
    expect(mean).toBeGreaterThan(0.1); // MNIST: 0.131
    expect(mean).toBeLessThan(0.16);
    // Ink on the outermost ring of pixels is rare.
    let inked = 0;
    for (let row = 0; row < n; row++) {
      const image = x.data.subarray(row * 784, (row + 1) * 784);
      const rim = image.filter((_, i) => i < 28 || i >= 756 || i % 28 === 0 || i % 28 === 27);
      if (Math.max(...rim) > 100) inked++;
    }
    expect(inked / n).toBeLessThan(0.05);
    const images = Array.from(y, (_, row) => x.data.subarray(row * 784, (row + 1) * 784).join());
    expect(new Set(images).size).toBe(n);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s rows', (rows) => {
    expect(() => syntheticDigits({ rows })).toThrow(
      `\`rows\` must be a whole number, 1 or above. Received: ${rows}.`,
    );
  });

  // 14×14 pixels are as good for both as 28×28. With 10,000 training rows scikit-learn gives:
  // RidgeClassifier 0.836, LinearSVC 0.903, LogisticRegression 0.917; RBFSampler(4096) and
  // RidgeClassifier 0.989, SVC 0.995 (the best of several penalties and scales each).
  it('is hard for a linear classifier: at most 0.93 with 10,000 rows', () => {
    const train = syntheticDigits({ rows: 10_000, seed: 0 });
    const accuracy = linearAccuracy(train, syntheticDigits({ rows: 2000, seed: 1 }), 8);
    expect(accuracy).toBeLessThanOrEqual(0.93);
    expect(accuracy).toBeGreaterThan(0.89); // it has learnt what there is for it
  });

  // Exact kernel ridge on fewer rows, to be quick: 1,500 give 0.974, 2,000 0.981, 2,500 0.988.
  it('is easy for a gaussian kernel: above 0.96 with 1,500 rows already', () => {
    const train = syntheticDigits({ rows: 1500, seed: 0 });
    const accuracy = gaussianAccuracy(train, syntheticDigits({ rows: 1000, seed: 1 }), 2.5);
    expect(accuracy).toBeGreaterThan(0.96);
  });
});
