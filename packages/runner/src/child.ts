import { type ChildProcess, spawn } from 'node:child_process';
import { atEnd } from './at-end.ts';
import { killTree } from './kill-tree.ts';
import { readLines } from './read-lines.ts';
import { createLastWords, reasonOf, startReason } from './reason.ts';

/** A program and what it is started with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Something to be run in a process of its own. */
export interface Job {
  /** Equal keys are the same run: a resumed program leaves out the keys that it finds. */
  readonly key: string;
  /**
   * The process: it prints messages, one per line, the last of which holds its outcome; any other text
   * is kept as a hint should it fail.
   */
  readonly command: Command;
}

/** How a run ended. `O` is what it reached. */
export interface Ended<O> {
  /** When the process started, as ISO 8601 in UTC. */
  readonly startedAt: string;
  /** 'failed': it ended without an outcome; 'timeout': it was stopped, having run too long. */
  readonly status: 'done' | 'failed' | 'timeout';
  /** Why it failed; null where it did not. */
  readonly reason: string | null;
  /** Wall-clock seconds of the whole process, from its start to its end. */
  readonly processSeconds: number;
  /** Null where the run failed. */
  readonly outcome: O | null;
}

/** What a line of a run's output is: a message, perhaps with the outcome; a broken one; other text (null). */
export type Line<M, O> =
  | { readonly message: M; readonly outcome?: O }
  | { readonly broken: string }
  | null;

export interface RunOptions<M, O> {
  readonly signal: AbortSignal;
  /** Without it a run may take as long as it does. */
  readonly timeoutSeconds?: number;
  /** Seconds from the request to end (SIGTERM) to the end by force (SIGKILL). Default 5. */
  readonly graceSeconds?: number;
  /** Reads a line that the process printed. It must not trust it. */
  readLine(text: string): Line<M, O>;
  onMessage(message: M): void;
}

/** Told to every child: its input stays open for as long as this process lives. See `endWithInput`. */
export const endsWithInput = 'KERNEL_METHODS_ENDS_WITH_INPUT';

/**
 * Runs a command in a process of its own, which leads a group of its own: Ctrl-C in the terminal
 * does not reach it, and whatever it started ends with it. It is asked to end (SIGTERM) when it has
 * run too long or at the abort, and made to (SIGKILL) after `graceSeconds`.
 *
 * @returns how it ended; null where it was aborted.
 */
export async function runProcess<M, O>(
  command: Command,
  { signal, timeoutSeconds, graceSeconds = 5, readLine, onMessage }: RunOptions<M, O>,
): Promise<Ended<O> | null> {
  if (signal.aborted) return null;
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const result = (
    status: Ended<O>['status'],
    reason: string | null,
    end: number,
    outcome: O | null = null,
  ): Ended<O> => {
    return { startedAt, status, reason, processSeconds: (end - start) / 1000, outcome };
  };

  let child: ChildProcess;
  try {
    child = await started(command);
  } catch (error) {
    const reason = startReason(error as NodeJS.ErrnoException, command.file);
    return result('failed', reason, performance.now());
  }
  const output = follow(child, readLine, onMessage);
  const stopping = stopOn(child, signal, timeoutSeconds, graceSeconds);
  const end = await ended(child, graceSeconds);
  const cause = stopping.done();

  if (cause === 'abort') return null;
  if (cause === 'timeout') {
    return result('timeout', `ended after ${timeoutSeconds} s, the most that it was given`, end.at);
  }
  if (end.code === 0 && output.outcome) return result('done', null, end.at, output.outcome);
  return result('failed', reasonOf({ ...end, ...output, last: output.last() }), end.at);
}

function started({ file, args, env }: Command): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, [endsWithInput]: '1', ...env },
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

function follow<M, O>(
  { stdout, stderr }: ChildProcess,
  readLine: RunOptions<M, O>['readLine'],
  onMessage: RunOptions<M, O>['onMessage'],
) {
  const words = createLastWords();
  const others = createLastWords();
  const output = {
    outcome: null as O | null,
    broken: null as string | null,
    last: () => words.read() ?? others.read(),
  };
  readLines(stdout!, (text) => {
    const line = readLine(text);
    if (line === null) return others.add(text);
    if ('broken' in line) {
      output.broken = line.broken;
      return;
    }
    if (line.outcome !== undefined) output.outcome = line.outcome;
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
