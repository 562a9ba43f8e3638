import { type ChildProcess, spawn } from 'node:child_process';
import { atEnd } from './at-end.ts';
import { killTree } from './kill-tree.ts';
import { readLines } from './read-lines.ts';
import { createLastWords, reasonOf, startReason } from './reason.ts';

/** A program, its arguments and its environment. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A job that runs in its own process. */
export interface Job {
  /** Equal keys mean the same run: a resumed program skips the keys that it finds. */
  readonly key: string;
  /**
   * The command to run. It prints messages, one per line, and the last message holds the outcome.
   * Other text is kept as a hint in case it fails.
   */
  readonly command: Command;
}

/** How a run ended. `O` is the type of its outcome. */
export interface Ended<O> {
  /** When the process started, as ISO 8601 in UTC. */
  readonly startedAt: string;
  /** 'failed': it ended without an outcome; 'timeout': it was stopped because it ran too long. */
  readonly status: 'done' | 'failed' | 'timeout';
  /** Why it failed; null if it did not. */
  readonly reason: string | null;
  /** Wall-clock seconds of the whole process, from its start to its end. */
  readonly processSeconds: number;
  /** Null if the run failed. */
  readonly outcome: O | null;
}

/**
 * A line of a run's output: a message, perhaps with the outcome; a broken message; or other text
 * (null).
 */
export type Line<M, O> =
  | { readonly message: M; readonly outcome?: O }
  | { readonly broken: string }
  | null;

export interface RunOptions<M, O> {
  readonly signal: AbortSignal;
  /** The time limit of a run. Default: none. */
  readonly timeoutSeconds?: number;
  /** Seconds from the request to end (SIGTERM) to the end by force (SIGKILL). Default 5. */
  readonly graceSeconds?: number;
  /** Parses a line that the process printed. It must not trust the line. */
  readLine(text: string): Line<M, O>;
  onMessage(message: M): void;
}

/** Tells a child that its input stays open as long as this process lives. See `endWithInput`. */
export const endsWithInput = 'KERNEL_METHODS_ENDS_WITH_INPUT';

/**
 * Runs a command in its own process and process group: Ctrl-C in the terminal does not reach it,
 * and everything that it started ends with it. At the time limit or an abort it gets SIGTERM, and
 * after `graceSeconds` SIGKILL.
 *
 * @returns how it ended; null if it was aborted.
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
      // The input is never written. When it closes, the child knows that this process has gone.
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    child.once('error', reject);
    child.once('spawn', () => {
      child.on('error', () => {}); // the signal could not be sent: the next one is SIGKILL
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
    /** What ended the process; null if it ended by itself. */
    done() {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      forget();
      return cause;
    },
  };
}

/** Node's timers fire at once beyond this time. */
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
 * Waits for the exit and for the rest of the output. Processes that it left behind are killed: they
 * would slow down the next run and keep the output open.
 */
function ended(child: ChildProcess, graceSeconds: number): Promise<End> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const end = { code, signal, at: performance.now() };
      killTree(child.pid!, 'SIGKILL');
      const timer = setTimeout(() => {
        // A process that left the group still has the output open.
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
