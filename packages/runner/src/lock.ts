import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { atEnd } from './at-end.ts';
import { realPathOf } from './real-path.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** When the process started, in the system's own units, where the system tells. */
  readonly started: string | null;
}

/** The locks of this very process. */
const held = new Set<string>();

/**
 * Takes `path.lock`, so that one process at a time writes the file. The lock of a process that is
 * gone is taken over. Returns what releases it; the end of this process does so too.
 *
 * @throws Error naming the process that has it; what the file system throws.
 */
export function takeLock(path: string): () => void {
  const lock = lockOf(path);
  if (!create(lock)) {
    takeOver(lock, path);
    if (!create(lock)) throw inUse(path, lock, read(lock));
  }
  held.add(lock);
  const release = () => {
    if (held.delete(lock)) rmSync(lock, { force: true });
  };
  const forget = atEnd(release);
  return () => {
    forget();
    release();
  };
}

/** The lock of a file, beside the file that links lead to: all names of it share one lock. */
export const lockOf = (path: string): string => `${realPathOf(path)}.lock`;

function create(lock: string): boolean {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    started: startOf(process.pid),
  };
  try {
    writeFileSync(lock, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Made, but not written, as on a full disk.
    if (code === 'ENOSPC' || code === 'EDQUOT') rmSync(lock, { force: true });
    throw error;
  }
}

/** Removes the lock of a process that is gone. */
function takeOver(lock: string, path: string): void {
  const seen = read(lock);
  if (isLive(lock, seen)) throw inUse(path, lock, seen);
  // Two may come at once: the one that renames a lock looks whether it is the one that was seen.
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return; // the other was first
  }
  const found = read(aside);
  if (JSON.stringify(found) === JSON.stringify(seen)) {
    rmSync(aside, { force: true });
  } else {
    renameSync(aside, lock);
    throw inUse(path, lock, found);
  }
}

function isLive(lock: string, holder: Holder | null): boolean {
  if (holder === null) return isYoung(lock);
  if (held.has(lock)) return true;
  if (holder.host !== hostname()) return true; // its processes cannot be seen from here
  if (holder.pid === process.pid) return false; // numbers come again, in containers at once
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder.started === null || holder.started === startOf(holder.pid);
}

/** A lock without its holder: made a moment ago, or by a process that was killed just then. */
function isYoung(lock: string): boolean {
  const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made < 5000;
}

function read(lock: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(lock, 'utf8'));
    return typeof holder?.pid === 'number' ? holder : null;
  } catch {
    return null;
  }
}

/** Tells a process from a later one of the same number; null where it has ended, or without /proc. */
function startOf(pid: number): string | null {
  try {
    // The name before it may hold spaces and brackets; the start is the 20th after it.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A process that was killed stays as a zombie until its parent looks at it.
    return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
  } catch {
    return null;
  }
}

function inUse(path: string, lock: string, holder: Holder | null): Error {
  const who = holder
    ? `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}, since ${holder.since}`
    : 'another process';
  return new Error(
    `${path} is being written by ${who}. Wait for it, or take another file; if it is long gone, delete ${lock}.`,
  );
}
