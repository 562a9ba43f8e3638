import type { RejectScoreName as Known } from '@kernel-methods/models';

/** A score of rejection that can be asked for. A new one is an entry of the table. */
export interface RejectScoreEntry {
  /** Its name in the models package. */
  readonly score: Known;
  readonly help: string;
  /** Whether it is saved with what it knows of each pair of features. */
  readonly needsFeatures?: true;
}

/** How sure a classifier is of a row, by the name of the option. */
export const rejectScores = {
  'relative-mahalanobis': {
    score: 'relativeMahalanobis',
    help: 'how much nearer a class lies than all rows do, in feature space',
    needsFeatures: true,
  },
  distance: {
    score: 'distance',
    help: 'how near a class lies, in feature space',
    needsFeatures: true,
  },
  energy: { score: 'energy', help: 'how much speaks for all classes together' },
  margin: { score: 'margin', help: 'the largest score less the second' },
  probability: { score: 'probability', help: 'the largest probability' },
} as const satisfies Readonly<Record<string, RejectScoreEntry>>;

export type RejectScore = keyof typeof rejectScores;

export const rejectScoreNames = Object.keys(rejectScores) as RejectScore[];
