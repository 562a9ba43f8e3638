import {
  type Machine,
  type Measure,
  type Memory,
  type Question,
  type RaceProgress,
  type Score,
  type Settings,
  search,
} from '@kernel-methods/search';
import { type Finished, type FinishOptions, finish } from './finish.ts';

/** What was found for a question. */
export interface Found extends Finished {
  readonly machine: Machine;
  readonly settings: Settings;
  /** All scores of the search, those of the last round first. */
  readonly search: readonly Score[];
  /** Why machines have no score. */
  readonly failures: readonly unknown[];
  /** The best score over the seconds of the search. */
  readonly path: readonly { readonly seconds: number; readonly score: Score }[];
  readonly isSparse: boolean;
  readonly stopped?: 'time' | 'signal';
  /** Seconds until the first machine was scored. */
  readonly firstSeconds: number;
}

export interface FitTableOptions
  extends Pick<
    FinishOptions,
    'metric' | 'reject' | 'learning' | 'signal' | 'onPhase' | 'onHeldOut' | 'fitAll'
  > {
  readonly candidates?: number;
  /** The time for all of it; without it, and with a seed, the result repeats. */
  readonly seconds?: number;
  readonly memory?: Memory;
  /** Who measures the candidates of the search. Default: this process. */
  readonly measure?: Measure;
  readonly onRace?: (progress: RaceProgress) => void;
}

/**
 * Finds a model: the search, then the best on all rows, then what it and others say of rows that
 * they were not trained on.
 */
export async function fitTable(question: Question, options: FitTableOptions): Promise<Found> {
  const { seconds = Infinity, signal, candidates, memory, measure } = options;
  const start = performance.now();
  const left = () => seconds - (performance.now() - start) / 1000;
  const path: { seconds: number; score: Score }[] = [];
  const { best, settings, stopped, groundOf, isSparse, ...searched } = await search(question, {
    ...{ signal, seconds },
    ...(candidates !== undefined && { candidates }),
    ...(memory && { memory }),
    ...(measure && { measure }),
    onProgress(progress) {
      const { best, seconds } = progress;
      if (path.at(-1)?.score !== best) path.push({ seconds, score: best });
      options.onRace?.(progress);
    },
  });
  const { machine } = best;
  const finished = await finish(question, {
    ...options,
    ...{ machine, settings, groundOf, isSparse, left },
  });
  return {
    ...finished,
    ...{ machine, settings, isSparse, search: searched.scores, failures: searched.failures },
    ...{ path, firstSeconds: path[0]?.seconds ?? 0 },
    ...(stopped && { stopped }),
  };
}
