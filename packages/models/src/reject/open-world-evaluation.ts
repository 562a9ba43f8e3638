import { rocArea } from '../tasks/roc-area.ts';
import type { HeldOut } from './choose-threshold.ts';

/** How well a classifier knows what it does not know. */
export interface OpenWorldEvaluation {
  /** The share of the known rows that are accepted. */
  readonly coverage: number;
  /** The share of accepted known rows that are classified wrongly. */
  readonly risk: number;
  /** The share of the known rows that are accepted and right. */
  readonly accuracy: number;
  /** The share of the unknown rows that are rejected; NaN without any. */
  readonly recall: number;
  /** The share of the rejected rows that are unknown; NaN if none are rejected. */
  readonly precision: number;
  /** The area under the ROC curve of known rows against unknown ones; NaN without any. */
  readonly auroc: number;
  /** Risk for each coverage, from the strictest threshold to none; at most 101 points. */
  readonly curve: readonly CoverageRisk[];
  /** The mean risk over all coverages: the area under the curve of coverage and risk. */
  readonly meanRisk: number;
  /** Known rows. */
  readonly known: number;
  /** Unknown rows. */
  readonly unknown: number;
}

/** The risk at a threshold. */
export interface CoverageRisk {
  readonly threshold: number;
  readonly coverage: number;
  readonly risk: number;
}

/** Geifman & El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017. */
export function openWorldEvaluation(held: HeldOut, threshold: number): OpenWorldEvaluation {
  const { known, right, unknown } = held;
  let [accepted, hits, found] = [0, 0, 0];
  for (let row = 0; row < known.length; row++) {
    if (known[row] < threshold) continue;
    accepted++;
    if (right[row]) hits++;
  }
  for (let row = 0; row < unknown.length; row++) if (unknown[row] < threshold) found++;
  const rejected = known.length - accepted + found;
  const { curve, meanRisk } = coverageRisk(held);
  return {
    coverage: accepted / known.length,
    risk: (accepted - hits) / accepted,
    accuracy: hits / known.length,
    recall: found / unknown.length,
    precision: found / rejected,
    auroc: aurocOf(known, unknown),
    ...{ curve, meanRisk, known: known.length, unknown: unknown.length },
  };
}

function aurocOf(known: ArrayLike<number>, unknown: ArrayLike<number>): number {
  if (known.length === 0 || unknown.length === 0) return Number.NaN;
  const scores = [...Array.from(known), ...Array.from(unknown)];
  const truth = scores.map((_, row) => (row < known.length ? 1 : 0));
  return rocArea(truth, 1, (row) => scores[row], ['unknown', 'known']);
}

const POINTS = 101;

function coverageRisk({ known, right }: HeldOut) {
  const order = Array.from({ length: known.length }, (_, row) => row);
  order.sort((a, b) => known[b] - known[a]);
  const all: CoverageRisk[] = [];
  let wrong = 0;
  let area = 0;
  let from = 0;
  order.forEach((row, at) => {
    if (!right[row]) wrong++;
    const isLast = at + 1 === order.length || known[order[at + 1]] < known[row];
    if (!isLast) return;
    const risk = wrong / (at + 1);
    area += risk * (at + 1 - from);
    from = at + 1;
    all.push({ threshold: known[row], coverage: (at + 1) / order.length, risk });
  });
  const step = Math.max(1, (all.length - 1) / (POINTS - 1));
  const curve = Array.from(
    { length: Math.min(POINTS, all.length) },
    (_, i) => all[Math.round(i * step)],
  );
  return { curve, meanRisk: area / order.length };
}
