import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { atEnd } from './at-end.ts';
import { realPathOf } from './real-path.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** When the process started, in the system's own units, if the system says. */
  readonly started: string | null;
}

/** The locks that this process holds. */
const held = new Set<string>();

/**
 * Takes `path.lock`, so that one process at a time writes the file. The lock of a process that is
 * gone is taken over. Returns a function that releases the lock; the end of this process releases
 * it too.
 *
 * @throws Error naming the process that has it; whatever the file system throws. */
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

/**
 * The path of a file's lock. It lies beside the file to which links lead, so all names of the file
 * share one lock.
 */
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
  // Two processes may try at once, so after renaming the lock we check that it is the one that we
  // saw.
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
  if (holder.pid === process.pid) return false; // numbers are reused, in containers immediately
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder.started === null || holder.started === startOf(holder.pid);
}

/**
 * Whether a lock without a holder was just made; otherwise its process was killed while making it.
 */
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

/**
 * Distinguishes a process from a later one with the same number; null if it has ended, or without
 * /proc.
 */
function startOf(pid: number): string | null {
  try {
    // The name before it may hold spaces and brackets; the start is the 20th after it.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A killed process stays a zombie until its parent waits for it.
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
