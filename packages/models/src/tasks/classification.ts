import { inTurns } from '@kernel-methods/simd';
import { classIndices, classIndicesSteps } from '../data/class-indices.ts';
import { evaluateClassifier } from '../data/evaluation.ts';
import { inPieces } from '../data/in-pieces.ts';
import {
  encodeLabels,
  type Label,
  readLabels,
  requireAlike,
  requireColumns,
  sortedClasses,
  type TargetsLike,
} from '../data/labels.ts';
import { classTargets, unitsFor } from './class-targets.ts';
import { classificationScorers } from './classification-scorers.ts';
import {
  curveProbabilities,
  inverseTemperatureSteps,
  mostProbable,
  probabilities,
} from './probabilities.ts';
import type { LinkWith, TargetCollector, Task } from './task.ts';

/**
 * One class per row, of two or more. Labels are numbers, strings or booleans, or one-hot rows.
 *
 * Two classes share one output, whose sign tells them apart, unless the loss compares outputs with
 * each other; otherwise each class has its own output, and the largest wins.
 */
export const classification: Task = {
  name: 'classification',
  hasClasses: true,
  reportsAccuracy: true,
  refuses: () => undefined,
  async encode(y, context) {
    const encoded = await encodeLabels(y as TargetsLike, context);
    return { rows: encoded.indices.length, ...encoded };
  },
  code(encoded, loss, units = unitsFor((encoded.classes as readonly Label[]).length, loss)) {
    return { units, targets: classTargets(encoded.indices as Int32Array, units, loss) };
  },
  startingBias: ({ units }) => new Float32Array(units),
  collect: () => new LabelCollector(),
  extend,
  decide,
  decode: (decided, { classes }) =>
    Array.from(decided, (index) => (classes as readonly Label[])[index]),
  decisions(scores, { units, classes }) {
    const rows = scores.length / units;
    if (classes?.length === 2 && units === 2) {
      const data = Float32Array.from({ length: rows }, (_, i) => scores[2 * i + 1] - scores[2 * i]);
      return { data, shape: [rows] };
    }
    return { data: scores, shape: units === 1 ? [rows] : [rows, units] };
  },
  probabilities(scores, units, own) {
    if (own.curves) return curveProbabilities(scores, units, own);
    return probabilities(scores, units, own.link, own.inverseTemperature);
  },
  calibrate: (scores, units, { indices }) =>
    inverseTemperatureSteps(scores, units, indices as Int32Array, true),
  *evaluate(loss, batch, { classes, indices, unseen }, link) {
    const predicted = link
      ? decide(batch.predictions as Float32Array, batch.units, link)
      : yield* classIndicesSteps(batch.predictions, batch.units);
    const [truth, all] = [indices as Int32Array, classes as Label[]];
    return yield* evaluateClassifier(loss, batch, truth, predicted, all, unseen);
  },
  spell({ classes, indices }) {
    // The targets are one-hot, so that every class has its column even if no row belongs to it.
    const width = (classes as readonly Label[]).length;
    const { length } = indices as Int32Array;
    const data = new Uint8Array(length * width);
    indices?.forEach((index, row) => {
      data[row * width + index] = 1;
    });
    return { data, shape: [length, width] };
  },
  truth: ({ indices }) => indices as Int32Array,
  scorers: classificationScorers,
  defaultScorer: 'accuracy',
};

function decide(scores: Float32Array, units: number, link?: LinkWith): Int32Array {
  return link ? mostProbable(scores, units, link) : classIndices(scores, units);
}

class LabelCollector implements TargetCollector {
  readonly #seen = new Set<Label>();
  readonly #kept: Label[] = [];
  #width: number | undefined;

  async add(y: TargetsLike, name: string, keep: boolean): Promise<number> {
    const { labels, width } = await readLabels(y, name);
    this.#width = requireColumns(name, width, this.#width);
    const note = (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        if (!this.#seen.has(labels[i])) {
          const [first = labels[i]] = this.#seen;
          requireAlike([first, labels[i]], name);
          this.#seen.add(labels[i]);
        }
        if (keep) this.#kept.push(labels[i]);
      }
    };
    await inTurns(inPieces(labels.length, note));
    return labels.length;
  }

  get columns(): number | undefined {
    return this.#width !== undefined && this.#width > 1 ? this.#width : undefined;
  }

  classes(): readonly Label[] {
    const { columns: width } = this;
    return sortedClasses(width === undefined ? [...this.#seen] : columns(width), 'y');
  }

  all(): readonly Label[] {
    return this.#kept;
  }
}

/** The classes known so far, followed by the new ones in ascending order. */
async function extend(
  known: readonly Label[],
  y: TargetsLike | undefined,
  named: readonly Label[] | undefined,
): Promise<readonly Label[]> {
  const { labels, width } = await readLabels(y as TargetsLike, 'y');
  const hot = width > 1 ? columns(width) : [];
  const seen = new Set<Label>([...(named ?? []), ...hot]);
  const note = (from: number, to: number) => {
    for (let row = from; row < to; row++) seen.add(labels[row]);
  };
  await inTurns(inPieces(labels.length, note));
  const fresh = [...seen].filter((label) => !known.includes(label));
  const at = fresh.findIndex((label) => typeof label !== typeof known[0]);
  if (at >= 0) {
    const stranger = fresh[at];
    throw new TypeError(
      `\`y\` must hold labels of the kind seen so far, ${typeof known[0]}. Received: ${String(stranger)}.`,
    );
  }
  const endless = fresh.find((label) => typeof label === 'number' && !Number.isFinite(label));
  if (endless !== undefined) {
    throw new RangeError(`\`y\` must hold finite labels only. Received: ${String(endless)}.`);
  }
  return [...known, ...fresh.sort((a, b) => (a < b ? -1 : 1))];
}

const columns = (width: number) => Array.from({ length: width }, (_, i) => i);
