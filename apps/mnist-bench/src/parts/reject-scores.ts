import type { RejectScoreName as Known } from '@kernel-methods/models';

/** A score of rejection that can be asked for. A new one is an entry of the table. */
export interface RejectScoreEntry {
  /** Its name in the models package. */
  readonly score: Known;
  readonly help: string;
  /** Other names by which people know it. */
  readonly aliases?: readonly string[];
  /** Whether it needs a loss that gives probabilities. */
  readonly probabilities?: true;
}

/** How sure a classifier is of an image, by the name of the option. */
export const rejectScores = {
  'relative-mahalanobis': {
    score: 'relativeMahalanobis',
    help: 'how much nearer a class lies than all images do, in feature space',
    aliases: ['relativeMahalanobis'],
  },
  distance: { score: 'distance', help: 'how near a class lies, in feature space' },
  energy: { score: 'energy', help: 'how much speaks for all classes together' },
  margin: { score: 'margin', help: 'the largest score less the second' },
  probability: {
    score: 'probability',
    help: 'the largest probability, for losses that give some',
    probabilities: true,
  },
} as const satisfies Readonly<Record<string, RejectScoreEntry>>;
