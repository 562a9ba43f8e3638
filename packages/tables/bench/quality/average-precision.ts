import { atMost, type Scorer } from '../../../models/src/tasks/scorer.ts';

/** Of two classes, the mean precision over the rows of the second, in the order of their decisions. */
export const averagePrecision: Scorer = atMost(1, ({ truth, decisions }) => {
  const order = Uint32Array.from(truth, (_, row) => row).sort(
    (a, b) => decisions[b] - decisions[a],
  );
  let sum = 0;
  let found = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const before = found;
    // Rows of equal decisions count together.
    while (to < order.length && decisions[order[to]] === decisions[order[from]]) {
      found += truth[order[to++]];
    }
    sum += ((found - before) * found) / to;
  }
  return sum / found;
});
