import type { RejectScore } from './reject-score.ts';

/**
 * The largest probability of a row.
 *
 * Chow, "On optimum recognition error and reject tradeoff", IEEE Transactions on Information Theory 16,
 * 1970; Hendrycks & Gimpel, "A baseline for detecting misclassified and out-of-distribution examples",
 * ICLR 2017.
 *
 * @example
 * const wary = rejecting(new KernelLogisticRegression(), { score: probability(), coverage: 0.9 });
 */
export const probability = (): RejectScore<void> => ({
  name: 'probability',
  config: {},
  async score({ rows, classes, probabilities }) {
    const p = await probabilities();
    return Float64Array.from({ length: rows }, (_, row) =>
      p.subarray(row * classes, (row + 1) * classes).reduce((a, b) => Math.max(a, b), 0),
    );
  },
});
