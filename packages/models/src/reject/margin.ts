import type { RejectScore } from './reject-score.ts';

/**
 * The largest score of a row minus the second: how far the row is from the border between classes. It
 * finds rows that are likely to be wrong; what lies far from all classes may have a large margin.
 *
 * @example
 * const wary = rejecting(new KernelSVM(), { score: margin(), coverage: 0.9 });
 */
export const margin = (): RejectScore<void> => ({
  name: 'margin',
  config: {},
  async score({ rows, classes, decisions }) {
    const f = await decisions();
    return Float64Array.from({ length: rows }, (_, row) => {
      let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let c = row * classes; c < (row + 1) * classes; c++) {
        if (f[c] > first) [first, second] = [f[c], first];
        else if (f[c] > second) second = f[c];
      }
      return first - second;
    });
  },
});
