/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Rows with the score of a class, the highest first, and whether they are of it. */
function ranked(scores: ArrayLike<number>, isOf: (row: number) => boolean) {
  return Uint32Array.from({ length: scores.length }, (_, row) => row)
    .sort((a, b) => scores[b] - scores[a])
    .reduce(
      (steps, row, i, order) => {
        const last = steps.at(-1)!;
        const next = {
          hits: last.hits + Number(isOf(row)),
          false: last.false + Number(!isOf(row)),
        };
        // Rows of equal scores are taken together.
        if (i > 0 && scores[order[i - 1]] === scores[row]) steps.pop();
        steps.push(next);
        return steps;
      },
      [{ hits: 0, false: 0 }],
    );
}

/** The share of a class that is found (y), over the share of others that is taken for it (x). */
export function rocCurve(scores: ArrayLike<number>, isOf: (row: number) => boolean): Point[] {
  const steps = ranked(scores, isOf);
  const all = steps.at(-1)!;
  return steps.map((step) => ({ x: step.false / all.false, y: step.hits / all.hits }));
}

/** The area under a ROC curve. */
export function areaUnder(curve: readonly Point[]): number {
  return curve
    .slice(1)
    .reduce((sum, { x, y }, i) => sum + ((x - curve[i].x) * (y + curve[i].y)) / 2, 0);
}

/** The share of what is taken for a class that is right (y), over the share of it that is found (x). */
export function precisionRecall(
  scores: ArrayLike<number>,
  isOf: (row: number) => boolean,
): Point[] {
  const steps = ranked(scores, isOf).slice(1);
  const { hits } = steps.at(-1)!;
  return steps.map((step) => ({ x: step.hits / hits, y: step.hits / (step.hits + step.false) }));
}

/** A bin of probabilities: what was promised, and what came of it. */
export interface CalibrationBin {
  readonly promised: number;
  readonly found: number;
  readonly rows: number;
}

/** Bins of as many rows each, by the probability of the predicted class. */
export function calibrationBins(
  promised: ArrayLike<number>,
  isRight: (row: number) => boolean,
  bins = 10,
): CalibrationBin[] {
  const order = Uint32Array.from({ length: promised.length }, (_, row) => row).sort(
    (a, b) => promised[a] - promised[b],
  );
  return Array.from({ length: bins }, (_, bin) => {
    const own = order.slice(
      Math.floor((bin * order.length) / bins),
      Math.floor(((bin + 1) * order.length) / bins),
    );
    const sum = (value: (row: number) => number) => own.reduce((all, row) => all + value(row), 0);
    return {
      promised: sum((row) => promised[row]) / own.length,
      found: sum((row) => Number(isRight(row))) / own.length,
      rows: own.length,
    };
  }).filter(({ rows }) => rows > 0);
}

/** At most so many points of a curve: more are not seen. */
export function thinned<T>(points: readonly T[], most = 200): readonly T[] {
  if (points.length <= most) return points;
  return Array.from(
    { length: most },
    (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))],
  );
}
