import { createOutput, type Output } from '@kernel-methods/report';
import { onInterrupt, UsageError } from '@kernel-methods/runner';
import { estimate } from '../estimate/estimate.ts';
import { type MachineSpeed, measureMachine } from '../estimate/machine.ts';
import { openResults, peekRecords, type Results, recordsOf, runJobs } from '../jobs/launch.ts';
import { createLive } from '../jobs/live.ts';
import { type Plan, plans } from '../matrix/plan.ts';
import { checkPaths } from '../options/check-paths.ts';
import type { Config } from '../options/options.ts';
import type { Invocation } from '../options/parse.ts';
import type { Comparison } from '../records/comparison.ts';
import type { Job } from '../records/job.ts';
import type { RunRecord } from '../records/run-record.ts';
import { createComparison } from '../results/summarize.ts';
import { readMachine } from '../run/machine.ts';
import { commandOf } from './command.ts';
import { dataFirst } from './data-first.ts';
import { dryRunLines } from './dry-run-lines.ts';
import { listedBeside, type PeersBeside, peersBeside } from './peers-beside.ts';
import { type Request, resolveRequest } from './request.ts';
import { tell } from './tell.ts';

/** Many runs, each in a process of its own, and what they come to. Returns the exit code. */
export async function runComparison(invocation: Invocation): Promise<number> {
  const request = resolveRequest(invocation);
  const { config, settings } = request;
  const { dryRun } = settings;
  checkPaths({ ...config, ...settings, results: dryRun ? undefined : settings.results });
  const output = createOutput(process.stdout, process.stderr, process.env);
  const planned = planOf(request);
  if (dryRun) {
    // Results that cannot be resumed are reported now, as the comparison itself would do.
    if (settings.resume) peekRecords(settings.results);
    return listAll(planned, request, output);
  }
  // A file in use, or one that holds results, is reported before anything is prepared.
  const store = openResults(settings.results, { resume: settings.resume });
  const interrupt = onInterrupt(() => output.note('Stopping. Ctrl-C again leaves at once.'));
  const { signal } = interrupt;
  let peers: PeersBeside | undefined;
  try {
    const ready = await dataFirst(request, { signal, output });
    const { jobs, skipped } = planOf(ready);
    peers = await peersBeside(jobs, ready, { signal, output });
    return await runAll(peers.inTurn(jobs), skipped, ready, store, output, signal);
  } catch (error) {
    // Stopped while data and peers were made ready: nothing ran yet.
    if (signal.aborted && error === signal.reason) return 130;
    throw error;
  } finally {
    store.close();
    peers?.dispose();
    interrupt.dispose();
  }
}

/** Checks the whole matrix: what no run would do is found before any work. */
function planOf({ given, matrices, settings }: Request): Plan {
  const plan = plans(matrices, {
    given: { ...given, json: undefined },
    repeats: settings.repeats,
    command: commandOf,
  });
  if (plan.jobs.length === 0) throw nothingToRun(plan.skipped);
  return plan;
}

async function listAll(plan: Plan, request: Request, output: Output): Promise<number> {
  const jobs = listedBeside(plan.jobs, request);
  for (const line of dryRunLines({ ...plan, jobs }, await measureMachine(), output)) {
    output.line(line);
  }
  return 0;
}

async function runAll(
  jobs: readonly Job[],
  skipped: Comparison['skipped'],
  { config, settings }: Request,
  store: Results,
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
    // The results could not be written: the records so far are reported all the same.
    failure = error;
    records = recordsOf(jobs, store);
  }
  const { aborted } = signal;
  const machine = readMachine();
  const comparison = createComparison({ records, skipped, aborted, startedAt, machine, sort });
  try {
    await tell(comparison, { ...settings, json: config.json }, output);
  } catch (error) {
    if (!aborted && failure === undefined) throw error;
    output.note((error as Error).message);
  }
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
