import type { Steps } from '@kernel-methods/simd';

/**
 * For each label the threshold whose F1 is the greatest on labelled rows: half way between two
 * probabilities. Of equal ones it is that nearest to ½; ½ for a label without rows.
 *
 * The rows must be ones that the model was not trained on.
 *
 * Lipton, Elkan & Narayanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", 2014.
 *
 * @param truth 0 or 1 for each row and label. @param probabilities the same shape.
 */
export function* thresholdsForF1(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  labels: number,
): Steps<number[]> {
  const rows = truth.length / labels;
  const thresholds: number[] = [];
  for (let label = 0; label < labels; label++) {
    const order = Array.from({ length: rows }, (_, row) => row * labels + label);
    order.sort((a, b) => probabilities[b] - probabilities[a]);
    const there = order.filter((at) => truth[at] > 0).length;
    let [hits, best, threshold] = [0, 0, 0.5];
    for (let claimed = 1; claimed <= rows; claimed++) {
      const at = order[claimed - 1];
      if (truth[at] > 0) hits++;
      const here = probabilities[at];
      const next = claimed === rows ? 0 : probabilities[order[claimed]];
      if (next === here) continue;
      const f1 = (2 * hits) / (there + claimed);
      const middle = (here + next) / 2;
      if (f1 < best || (f1 === best && nearness(middle) >= nearness(threshold))) continue;
      [best, threshold] = [f1, middle];
    }
    thresholds.push(there === 0 ? 0.5 : threshold);
    yield;
  }
  return thresholds;
}

const nearness = (threshold: number) => Math.abs(threshold - 0.5);
