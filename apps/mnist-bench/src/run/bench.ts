import type { EpochRecord, FitProgress } from '@kernel-methods/models';
import {
  createTimeLeft,
  epochLine,
  type Output,
  progressBar,
  unfinishedLine,
} from '@kernel-methods/report';
import { peakMemory } from '@kernel-methods/runner';
import type { Config } from '../options/options.ts';
import { solverOf } from '../parts/tasks.ts';
import type { Tell } from '../records/messages.ts';
import type { BenchReport } from '../records/run-record.ts';
import type { Data } from './data.ts';
import type { FarOptions } from './fit-far.ts';
import { header, summary, title } from './lines.ts';
import type { Trainable } from './model.ts';
import { createReport, epochReport, type Findings } from './report.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';

/** What a run is made of; tests put in parts of their own. */
export interface Parts {
  readonly backend: BenchReport['backend'];
  readonly versions: BenchReport['versions'];
  loadData(signal: AbortSignal): Promise<Data>;
  createModel(): Trainable;
  /** Hears how the run goes, where a program follows it. */
  readonly tell?: Tell;
}

/**
 * Loads, trains, tests and saves, and tells of it. When the signal aborts, the run ends in order
 * with a report of what there is.
 *
 * @throws what a phase throws, but for the abort; UnsavedError, with the report, where saving failed.
 */
export async function bench(
  config: Config,
  parts: Parts,
  output: Output,
  signal: AbortSignal,
): Promise<BenchReport> {
  const watch = createStopwatch();
  const found: Findings = { aborted: false, history: [] };
  let unsaved: SaveFailure | undefined;
  try {
    await runPhases(config, parts, output, signal, watch, found);
  } catch (error) {
    if (signal.aborted) {
      found.aborted = true;
      if (found.unfinished) output.line(unfinishedLine(found.unfinished));
    } else if (error instanceof SaveFailure) {
      unsaved = error;
    } else {
      throw error;
    }
  } finally {
    output.clear();
  }
  const report = createReport(config, found, {
    backend: parts.backend,
    versions: parts.versions,
    seconds: watch.read(),
    peakMemory: peakMemory(),
  });
  parts.tell?.({ type: 'report', report });
  for (const line of summary(report, output)) output.line(line);
  if (unsaved) throw new UnsavedError(config.save, report, unsaved.cause);
  return report;
}

/** The model was trained and tested and could not be saved. What was measured is here. */
export class UnsavedError extends Error {
  override readonly name = 'UnsavedError';
  readonly report: BenchReport;

  constructor(path: string | undefined, report: BenchReport, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`\`--save\` could not be written, ${path}: ${why}`, { cause });
    this.report = report;
  }
}

/** Tells the phase of saving from the others. */
class SaveFailure extends Error {}

async function runPhases(
  config: Config,
  parts: Parts,
  output: Output,
  signal: AbortSignal,
  watch: Stopwatch,
  found: Findings,
): Promise<void> {
  const { tell = () => {} } = parts;
  signal.throwIfAborted();
  output.line(title(config, output));
  tell({ type: 'phase', name: 'load' });
  const data = await watch.time('load', () => parts.loadData(signal));
  found.data = data;
  signal.throwIfAborted();
  for (const line of header(config, data, parts.backend, output)) output.line(line);

  const model = parts.createModel();
  try {
    tell({ type: 'phase', name: 'train' });
    const { seconds, settings } = await watch.time('train', () =>
      fit(model, config, data, {
        ...{ signal, note: (text) => output.note(text) },
        ...tellProgress(config, output, tell, found),
      }),
    );
    watch.set(seconds);
    found.settings = settings;
    output.bar(() => 'testing', true);
    tell({ type: 'phase', name: 'test' });
    found.test = await watch.time('predict', () =>
      model.test(data.test.x, data.test.y, data.unknown),
    );
    signal.throwIfAborted();
    const folder = config.save;
    if (folder === undefined) return;
    tell({ type: 'phase', name: 'save' });
    await watch
      .time('save', () => model.save(folder))
      .catch((cause) => {
        throw new SaveFailure('not saved', { cause });
      });
  } finally {
    model.dispose();
  }
}

function fit(model: Trainable, config: Config, data: Data, { note, ...options }: FarOptions) {
  const { machines, validationSplit } = config;
  if (machines !== undefined && model.far) return model.far.fit(data, { ...options, note });
  const { x, y } = data.train;
  const split = data.rows.validation === 0 ? 0 : validationSplit;
  return model.fit(x, y, { ...options, validationSplit: split });
}

function tellProgress(config: Config, output: Output, tell: Tell, found: Findings) {
  const timeLeft = createTimeLeft(performance.now() / 1000);
  return {
    onProgress(event: FitProgress) {
      // In validation the loss is the validation's: the last training step tells more.
      if (event.phase === 'train') found.unfinished = event;
      tell({ type: 'progress', ...event });
      const left = timeLeft(event, performance.now() / 1000);
      output.bar((width) => progressBar(event, left, width), event.step === event.steps);
    },
    onEpochEnd(record: EpochRecord) {
      found.unfinished = undefined;
      found.history.push(record);
      tell({ type: 'epoch', epochs: config.epochs, ...epochReport(record) });
      output.line(epochLine(record, solverOf(config).epochs ? config.epochs : undefined));
    },
  };
}
