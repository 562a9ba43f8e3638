import { megabytes, type Spread, score, seconds } from '@kernel-methods/report';
import type { VariantSummary } from '../records/comparison.ts';

/** Stands where there is no figure. */
export const none = '–';

/** A variant's figures as people read them. */
export interface Cells {
  readonly accuracy: string;
  /** "± 0.0012"; empty for a single seed. */
  readonly deviation: string;
  /** Of unknown rows: empty where there is nothing to tell. */
  readonly auroc: string;
  readonly answered: string;
  readonly right: string;
  readonly found: string;
  readonly seconds: string;
  /** "11.9–12.8"; empty for a single run. */
  readonly between: string;
  readonly memory: string;
  readonly runs: string;
}

export function cellsOf(variant: VariantSummary): Cells {
  const { accuracy, memory, runs, failures, open } = variant;
  const mean = (spread: Spread | null | undefined) => (spread ? score(spread.mean) : '');
  return {
    accuracy: accuracy ? score(accuracy.mean) : none,
    deviation: several(accuracy) ? `± ${score(accuracy.deviation)}` : '',
    auroc: mean(open?.auroc),
    answered: mean(open?.coverage),
    right: mean(open?.answeredAccuracy),
    found: mean(open?.recall),
    seconds: variant.seconds ? seconds(variant.seconds.median) : none,
    between: several(variant.seconds) ? between(variant.seconds) : '',
    memory: memory ? megabytes(memory.median) : none,
    runs: failures.length === 0 ? `${runs}` : `${runs} of ${runs + failures.length}`,
  };
}

/** Says who ran, where it was not this program and the name does not say it. */
export function nameOf({ variant, system }: { variant: string; system: string }): string {
  return system === 'kernel-methods' || variant.toLowerCase().startsWith(system)
    ? variant
    : `${system}: ${variant}`;
}

const several = (spread: Spread | null): spread is Spread => spread !== null && spread.n > 1;

function between({ low, high }: Spread): string {
  return `${seconds(low).replace(' s', '')}–${seconds(high).replace(' s', '')}`;
}
