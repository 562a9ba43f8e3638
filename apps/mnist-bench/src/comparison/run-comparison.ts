import { dryRunLines } from '../estimate/dry-run-lines.ts';
import { estimate } from '../estimate/estimate.ts';
import { type MachineSpeed, measureMachine } from '../estimate/machine.ts';
import { plans } from '../matrix/plans.ts';
import { checkPaths } from '../options/check-paths.ts';
import type { Config } from '../options/options.ts';
import type { Invocation } from '../options/parse.ts';
import { UsageError } from '../options/usage-error.ts';
import { createComparison } from '../results/create-comparison.ts';
import { readMachine } from '../results/machine.ts';
import { onInterrupt } from '../run/interrupt.ts';
import { createLive } from '../runner/live.ts';
import { openResults, type ResultsFile } from '../runner/results-file.ts';
import { runJobs } from '../runner/run-jobs.ts';
import { createOutput, type Output } from '../terminal/output.ts';
import { commandOf } from './command.ts';
import type { Comparison } from './comparison.ts';
import type { Job } from './job.ts';
import { type PeersBeside, peersBeside } from './peers-beside.ts';
import type { RunRecord } from './record.ts';
import { type Request, resolveRequest } from './request.ts';
import { tell } from './tell.ts';

/** Many runs, each in a process of its own, and what they come to. Returns the exit code. */
export async function runComparison(invocation: Invocation): Promise<number> {
  const request = resolveRequest(invocation);
  const { given, config, settings, matrices } = request;
  checkPaths({ ...config, ...settings });
  const output = createOutput(process.stdout, process.stderr, process.env);
  // What stands in for a data set that cannot be had is each run's own affair, unless it was named.
  const leftOut =
    given.dataset === undefined && given.data === undefined ? ['dataset' as const] : [];
  const { jobs, skipped } = plans(matrices, {
    given: { ...given, json: undefined },
    repeats: settings.repeats,
    command: (of) => commandOf(of, leftOut),
  });
  if (jobs.length === 0) throw nothingToRun(skipped);
  // A file that is another's, or that is full, is told before anything is made ready.
  const { results, resume, dryRun } = settings;
  const store = dryRun ? undefined : openResults(results, { resume });
  const interrupt = onInterrupt(() => output.note('Stopping. Ctrl-C again leaves at once.'));
  const { signal } = interrupt;
  let peers: PeersBeside | undefined;
  try {
    peers = await peersBeside(jobs, request, { signal, output });
    const all = peers.inTurn(jobs);
    if (store) return await runAll(all, skipped, request, store, output, signal);
    const lines = dryRunLines({ jobs: all, skipped }, await measureMachine(), output);
    for (const line of lines) output.line(line);
    return 0;
  } catch (error) {
    // Stopped while the peers were made ready: nothing ran yet.
    if (signal.aborted && error === signal.reason) return 130;
    throw error;
  } finally {
    store?.close();
    peers?.dispose();
    interrupt.dispose();
  }
}

async function runAll(
  jobs: readonly Job[],
  skipped: Comparison['skipped'],
  { config, settings }: Request,
  store: ResultsFile,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const speed = process.stderr.isTTY ? await measureMachine() : undefined;
  const { timeout: timeoutSeconds, warmup, sort } = settings;
  let records: readonly RunRecord[];
  let failure: unknown;
  try {
    const live = createLive(output, jobs, speed && ((job) => secondsOf(job, speed)));
    records = await runJobs(jobs, { store, live, signal, timeoutSeconds, warmup });
  } catch (error) {
    // The results could not be written: what there is is told all the same.
    failure = error;
    const keys = new Set(jobs.map(({ key }) => key));
    records = store.records().filter(({ key }) => keys.has(key));
  }
  const { aborted } = signal;
  const machine = readMachine();
  const comparison = createComparison({ records, skipped, aborted, startedAt, machine, sort });
  await tell(comparison, { ...settings, json: config.json }, output);
  if (failure !== undefined) throw failure;
  if (aborted) return 130;
  return records.every(({ status }) => status === 'done') ? 0 : 1;
}

function nothingToRun(skipped: Comparison['skipped']): UsageError {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  const most = 3;
  const more = reasons.length > most ? ` And ${reasons.length - most} reasons more.` : '';
  return new UsageError(
    `\`--matrix\` must hold a combination that makes sense. ${reasons.slice(0, most).join(' ')}${more}`,
  );
}

/** Of the peers nothing is known before. */
function secondsOf({ system, config }: Omit<Job, 'command'>, speed: MachineSpeed): number | null {
  return system === 'kernel-methods' ? estimate(config as Config, speed).seconds : null;
}
