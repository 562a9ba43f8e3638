import { type ChildProcess, spawn } from 'node:child_process';
import type { Job } from '../comparison/job.ts';
import type { RunRecord } from '../comparison/record.ts';
import type { Message } from '../run/messages.ts';
import type { Outcome } from '../run/report.ts';
import { atEnd } from './at-end.ts';
import { killTree } from './kill-tree.ts';
import { readLines } from './read-lines.ts';
import { readMessage } from './read-message.ts';
import { createLastWords, reasonOf, startReason } from './reason.ts';

export interface LaunchOptions {
  readonly signal: AbortSignal;
  /** Without it a run may take as long as it does. */
  readonly timeoutSeconds?: number;
  onMessage(message: Message): void;
}

/** Runs a job to its end. An aborted one leaves no record: null. */
export type Launch = (job: Job, options: LaunchOptions) => Promise<RunRecord | null>;

/**
 * Runs the job in a process of its own, which leads a group of its own: Ctrl-C in the terminal
 * does not reach it, and whatever it started ends with it. It is asked to end (SIGTERM) when it has
 * run too long or at the abort, and made to (SIGKILL) after `graceSeconds`.
 */
export async function runChild(
  job: Job,
  { signal, timeoutSeconds, onMessage }: LaunchOptions,
  graceSeconds = 5,
): Promise<RunRecord | null> {
  if (signal.aborted) return null;
  const { command, ...told } = job;
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const record = (
    status: RunRecord['status'],
    reason: string | null,
    end: number,
    outcome: Outcome | null = null,
  ): RunRecord => {
    const processSeconds = (end - start) / 1000;
    return { version: 1, ...told, startedAt, status, reason, processSeconds, outcome };
  };

  let child: ChildProcess;
  try {
    child = await started(command);
  } catch (error) {
    const reason = startReason(error as NodeJS.ErrnoException, command.file);
    return record('failed', reason, performance.now());
  }
  const output = follow(child, onMessage);
  const stopping = stopOn(child, signal, timeoutSeconds, graceSeconds);
  const end = await ended(child, graceSeconds);
  const cause = stopping.done();

  if (cause === 'abort') return null;
  if (cause === 'timeout') {
    return record('timeout', `ended after ${timeoutSeconds} s, the most that it was given`, end.at);
  }
  if (end.code === 0 && output.outcome) return record('done', null, end.at, output.outcome);
  return record('failed', reasonOf({ ...end, ...output, last: output.last() }), end.at);
}

function started({ file, args, env }: Job['command']): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, ...env },
      // The input is never written: that it closes tells a child that this process has gone.
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    child.once('error', reject);
    child.once('spawn', () => {
      child.on('error', () => {}); // a signal that could not be sent: the next one is SIGKILL
      resolve(child);
    });
  });
}

function follow({ stdout, stderr }: ChildProcess, onMessage: LaunchOptions['onMessage']) {
  const words = createLastWords();
  const others = createLastWords();
  const output = {
    outcome: null as Outcome | null,
    broken: null as string | null,
    last: () => words.read() ?? others.read(),
  };
  readLines(stdout!, (text) => {
    const line = readMessage(text);
    if (line === null) return others.add(text);
    if ('broken' in line) {
      output.broken = line.broken;
      return;
    }
    if (line.message.type === 'report') output.outcome = line.message.report;
    onMessage(line.message);
  });
  readLines(stderr!, words.add);
  return output;
}

/** Ends the process at the timeout, at the abort, and with this process. */
function stopOn(
  child: ChildProcess,
  signal: AbortSignal,
  timeoutSeconds: number | undefined,
  graceSeconds: number,
) {
  const pid = child.pid!;
  let cause: 'abort' | 'timeout' | null = null;
  const timers: NodeJS.Timeout[] = [];
  const stop = (why: 'abort' | 'timeout') => {
    if (cause !== null || hasExited(child)) return;
    cause = why;
    killTree(pid, 'SIGTERM');
    timers.push(setTimeout(killTree, 1000 * graceSeconds, pid, 'SIGKILL'));
  };
  const onAbort = () => stop('abort');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  if (timeoutSeconds !== undefined) {
    timers.push(setTimeout(stop, Math.min(1000 * timeoutSeconds, longestTimer), 'timeout'));
  }
  const forget = atEnd(() => killTree(pid, 'SIGKILL'));
  return {
    /** What ended the process; null where it ended by itself. */
    done() {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      forget();
      return cause;
    },
  };
}

/** Beyond it Node's timers go off at once. */
const longestTimer = 2 ** 31 - 1;

const hasExited = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** On the clock of `performance.now`. */
  readonly at: number;
}

/**
 * Waits for the exit and for the last of what was printed. What the process left behind is killed:
 * it would take the next run's time, and would keep the output open.
 */
function ended(child: ChildProcess, graceSeconds: number): Promise<End> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const end = { code, signal, at: performance.now() };
      killTree(child.pid!, 'SIGKILL');
      const timer = setTimeout(() => {
        // Something that left the group has the output open still.
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(end);
      }, 1000 * graceSeconds);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  });
}
