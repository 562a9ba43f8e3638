import type { Head } from '../data/head.ts';
import { type Candidate, optionsOf } from './plan.ts';

/**
 * The last head of each fold over one feature map. The next candidate starts from it if its solver
 * finds the same minimum from any start.
 */
export class WarmStarts {
  readonly #heads = new Map<number, { readonly of: Candidate; readonly head: Head }>();

  /** A copy of the neighbour's head; undefined if there is none of the same shape and loss. */
  from(candidate: Candidate, fold: number, width: number, units: number): Head | undefined {
    const { loss, solver } = optionsOf(candidate);
    const last = this.#heads.get(fold);
    if (!solver.startsAnywhere || last === undefined) return undefined;
    const { weights, bias } = last.head;
    const isAlike = optionsOf(last.of).loss.name === loss.name;
    if (!isAlike || bias.length !== units || weights.length !== units * width) return undefined;
    return { weights: weights.slice(), bias: bias.slice() };
  }

  keep(candidate: Candidate, fold: number, head: Head): void {
    if (optionsOf(candidate).solver.startsAnywhere) this.#heads.set(fold, { of: candidate, head });
  }
}
