import type { EpochRecord, FitProgress } from '@kernel-methods/models';
import type { Config } from '../options/options.ts';
import { epochLine, unfinishedLine } from '../terminal/epoch-line.ts';
import type { Output } from '../terminal/output.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { createTimeLeft } from '../terminal/time-left.ts';
import type { Data } from './data.ts';
import { header, title } from './header.ts';
import type { Trainable } from './model.ts';
import { type BenchReport, createReport, type Findings } from './report.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import { summary } from './summary.ts';

/** What a run is made of; tests put in parts of their own. */
export interface Parts {
  readonly backend: BenchReport['backend'];
  readonly versions: BenchReport['versions'];
  loadData(signal: AbortSignal): Promise<Data>;
  createModel(): Trainable;
}

/**
 * Loads, trains, tests and saves, and tells of it. When the signal aborts, the run ends in order
 * with a report of what there is.
 *
 * @throws what a phase throws, but for the abort.
 */
export async function bench(
  config: Config,
  parts: Parts,
  output: Output,
  signal: AbortSignal,
): Promise<BenchReport> {
  const watch = createStopwatch();
  const found: Findings = { aborted: false, history: [] };
  try {
    await runPhases(config, parts, output, signal, watch, found);
  } catch (error) {
    if (!signal.aborted) throw error;
    found.aborted = true;
    if (found.unfinished) output.line(unfinishedLine(found.unfinished));
  } finally {
    output.clear();
  }
  const report = createReport(config, found, {
    backend: parts.backend,
    versions: parts.versions,
    seconds: watch.read(),
    // libuv counts in kilobytes on every system.
    peakMemory: process.resourceUsage().maxRSS * 1024,
  });
  for (const line of summary(report, output)) output.line(line);
  return report;
}

async function runPhases(
  config: Config,
  parts: Parts,
  output: Output,
  signal: AbortSignal,
  watch: Stopwatch,
  found: Findings,
): Promise<void> {
  signal.throwIfAborted();
  output.line(title(config, output));
  const data = await watch.time('load', () => parts.loadData(signal));
  found.data = data;
  signal.throwIfAborted();
  for (const line of header(config, data, parts.backend, output)) output.line(line);

  const model = parts.createModel();
  try {
    const { seconds } = await watch.time('train', () =>
      model.fit(data.train.x, data.train.y, {
        validationSplit: config.validationSplit,
        signal,
        ...tellProgress(config, output, found),
      }),
    );
    watch.set(seconds);
    output.bar(() => 'testing', true);
    found.test = await watch.time('predict', () => model.evaluate(data.test.x, data.test.y));
    signal.throwIfAborted();
    const folder = config.save;
    if (folder !== undefined) await watch.time('save', () => model.save(folder));
  } finally {
    model.dispose();
  }
}

function tellProgress(config: Config, output: Output, found: Findings) {
  const timeLeft = createTimeLeft(performance.now() / 1000);
  return {
    onProgress(event: FitProgress) {
      // In validation the loss is the validation's: the last training step tells more.
      if (event.phase === 'train') found.unfinished = event;
      const left = timeLeft(event, performance.now() / 1000);
      output.bar((width) => progressBar(event, left, width), event.step === event.steps);
    },
    onEpochEnd(record: EpochRecord) {
      found.unfinished = undefined;
      found.history.push(record);
      output.line(epochLine(record, isMiniBatches(config) ? config.epochs : undefined));
    },
  };
}

/** Other solvers end when they have found the minimum. */
const isMiniBatches = ({ solver }: Config) => solver !== 'direct' && solver !== 'newton';
