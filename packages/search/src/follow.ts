import { keyOf, type Machine } from './machine.ts';
import { neighboursOf, scalesBeside } from './neighbours.ts';
import { better, type Score } from './score.ts';

export interface FollowOptions {
  /** Machines that have been scored. */
  readonly known: readonly Machine[];
  /** Scores machines as the start was scored; of some if there is no time for more. */
  score(machines: readonly Machine[], best: Score): Promise<readonly Score[]>;
  /** Whether there is time for more. */
  goesOn(): boolean;
}

/** How often it looks around, so that it ends. */
const MOST_LOOKS = 6;

/**
 * Goes on from the best machine of a grid, which may lie at its edge: looks at those a small step away in
 * penalty and scale, and where one is better, goes on in that direction by ever longer steps. It ends
 * where no neighbour is better.
 *
 * Hooke & Jeeves, "Direct search solution of numerical and statistical problems", J. ACM 8, 1961.
 *
 * @returns the scores of all machines that it looked at.
 */
export async function follow(start: Score, options: FollowOptions): Promise<Score[]> {
  const known = new Set(options.known.map(keyOf));
  const found: Score[] = [];
  let best = start;
  /** Whether one of the machines is better than the best so far. */
  const improves = async (machines: readonly Machine[]) => {
    const fresh = machines.filter((machine) => !known.has(keyOf(machine)));
    if (fresh.length === 0 || !options.goesOn()) return false;
    for (const machine of fresh) known.add(keyOf(machine));
    const scores = await options.score(fresh, best);
    found.push(...scores);
    const top = scores.reduce<Score>(better, best);
    const isBetter = top !== best;
    best = top;
    return isBetter;
  };
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { machine: from } = best;
    if (!(await improves([...neighboursOf(from), ...scalesBeside(from)]))) break;
    while (await improves([beyond(from, best.machine)]));
  }
  return found;
}

/** As far beyond the second machine as that is from the first. */
const beyond = (from: Machine, to: Machine): Machine => ({
  ...to,
  ...(to.c !== undefined && { c: mirrored(from.c!, to.c) }),
  ...(to.share !== undefined && { share: mirrored(from.share!, to.share) }),
});

/** On a scale of ratios. */
const mirrored = (from: number, to: number) => Number(((to * to) / from).toPrecision(3));
