import type { KernelModel } from '@kernel-methods/models';
import { farOptions } from '@kernel-methods/models/far';
import { shardRanges, UsageError, workerWatch } from '@kernel-methods/runner';
import type { Measure, Question } from '@kernel-methods/search';
import { digestOf } from '../data/digest.ts';
import type { FarFiles, FarRows } from '../data/far-rows.ts';
import { absolute } from '../data/reader-options.ts';
import type { FitSettings } from '../options/options.ts';
import { farMeasure } from './far-measure.ts';
import type { FitAll } from './finish.ts';
import { readingOf } from './reading-of.ts';

/** What a worker's owner allows, so that it can read the rows. */
const ALLOWED = '--allow kernel-methods=@kernel-methods/command/dist/rows.js';

interface Around {
  readonly signal: AbortSignal;
  note(text: string): void;
}

/** What the workers of `--machines` do of a fit. */
export interface FarWork {
  /** The candidates of the search. */
  readonly measure: Measure;
  /** The model on all rows. */
  readonly fitAll: FitAll;
}

/**
 * How the workers of `--machines` search, and fit a model to all rows, which they read from the same
 * files. A machine that needs the rows themselves is trained here, and that is said.
 *
 * @throws UsageError for what workers cannot have, before any work.
 */
export async function farFit(
  files: readonly string[],
  settings: FitSettings,
): Promise<(question: Question, around: Around) => FarWork> {
  checkFar(files, settings);
  const { distributedCalls, distributedFit } = await loadDistributed();
  const connection = settings.machines as string;
  return (question, { signal, note }) => {
    const watch = () =>
      workerWatch({
        ...{ url: connection, note },
        ...{ start: 'npx kernel-methods-worker --redis', rest: ALLOWED },
      });
    let searched: ReturnType<typeof watch> | undefined;
    /** Of the search: whether there was a worker; undefined if none was asked for. */
    let hadWorkers: boolean | undefined;
    const measure = farMeasure(filesOf(files, settings, question), {
      ...{ connection, calls: distributedCalls },
      onWorkers(workers) {
        searched ??= watch();
        searched(workers);
        hadWorkers = hadWorkers || workers > 0;
      },
    });
    const fitAll: FitAll = async (model, onProgress) => {
      const here = async (text: string) => {
        note(text);
        await model.fit(question.table, question.target);
      };
      const why = whyHere(model);
      if (why !== undefined) {
        return here(`The model is trained here, not by --machines: ${why}`);
      }
      // Once the search has been stopped, the model on all rows is still wanted.
      const wasStopped = signal.aborted;
      const stopped = 'The model is trained here, as the workers were stopped.';
      // Without a worker, it would be waited for.
      if (wasStopped && hadWorkers === false) return here(stopped);
      const tellWhoIsMissing = hadWorkers === false ? () => {} : watch();
      try {
        await distributedFit(model, shardsOf(files, settings, question), {
          ...{ connection, target: question.target },
          onProgress({ shardsDone, shards, workers }) {
            tellWhoIsMissing(workers);
            onProgress(shardsDone, shards);
          },
          ...(!wasStopped && { signal }),
        });
      } catch (error) {
        // A stop during this fit keeps the best so far, as without workers.
        if (wasStopped || !signal.aborted) throw error;
        await here(stopped);
      }
    };
    return { measure, fitAll };
  };
}

/**
 * @throws UsageError if no Redis answers at `--machines`: better than after the search.
 */
export async function requireMachines(url: string): Promise<void> {
  const { checkConnection } = await loadDistributed();
  await checkConnection(url).catch((error: Error) => {
    throw new UsageError(
      `\`--machines\` must be a Redis that answers. Received: ${error.message.replace(/\.+$/, '')}.`,
    );
  });
}

function checkFar(files: readonly string[], { weights }: FitSettings): void {
  if (weights !== undefined) {
    throw new UsageError(
      `\`--weights\` must be left out with --machines: tables on other machines have no weights. Received: ${weights}.`,
    );
  }
  if (files.includes('-')) {
    throw new UsageError(
      'the files must be ones that every machine can read with --machines. Received: -, standard input.',
    );
  }
}

/** It brings BullMQ and a client of Redis, which nothing else here needs. */
async function loadDistributed() {
  try {
    return await import('@kernel-methods/distributed');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError(
      '`--machines` needs a package that is not installed: npm install @kernel-methods/distributed',
    );
  }
}

/** Why other machines cannot train it; undefined if they can. */
function whyHere(model: KernelModel): string | undefined {
  try {
    farOptions(model.options);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The rows of a question, as workers find them. */
export function shardsOf(files: readonly string[], settings: FitSettings, question: Question) {
  const common = filesOf(files, settings, question);
  return shardRanges(question.table.rows).map((range) => {
    const argument: FarRows = { ...common, ...range };
    return {
      ...{ module: 'kernel-methods', function: 'rows' },
      // As it travels: what is undefined stays here.
      argument: JSON.parse(JSON.stringify(argument)),
    };
  });
}

/** The files of a question, as workers find them. */
export function filesOf(
  files: readonly string[],
  settings: FitSettings,
  question: Question,
): FarFiles {
  const { target, task, metric, seed } = settings;
  const asked = { ...readingOf(settings), target, task, metric, seed };
  return {
    files: files.map(absolute),
    settings: asked as FitSettings,
    digest: digestOf(question),
  };
}
