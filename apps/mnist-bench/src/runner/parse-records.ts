import type { RunRecord } from '../comparison/record.ts';

/** What a results file holds. */
export interface Parsed {
  readonly records: readonly RunRecord[];
  /** Bytes to keep. Less than all where a process was killed while it wrote the last line. */
  readonly size: number;
  /** Whether the last line to keep lacks its end. */
  readonly open: boolean;
}

const newline = 10;
/** How each line that this program writes begins. */
const opening = '{"version":';
const statuses: readonly unknown[] = ['done', 'failed', 'timeout'] satisfies RunRecord['status'][];

/**
 * Reads lines of JSON, a record each.
 *
 * @throws Error naming the line that is none, or is of another version.
 */
export function parseRecords(bytes: Buffer, path: string): Parsed {
  const records: RunRecord[] = [];
  let from = 0;
  for (let line = 1; from < bytes.length; line++) {
    const end = bytes.indexOf(newline, from);
    const text = bytes.toString('utf8', from, end === -1 ? bytes.length : end);
    const value = read(text);
    if (end === -1 && value === undefined && isTorn(text)) {
      return { records, size: from, open: false };
    }
    if (text.trim() !== '') records.push(check(value, `Line ${line} of ${path}`));
    if (end === -1) break;
    from = end + 1;
  }
  const open = bytes.length > 0 && bytes.at(-1) !== newline;
  return { records, size: bytes.length, open };
}

/** A record that was begun, and no other text: what is not ours is never cut. */
function isTorn(text: string): boolean {
  // After a power failure there may be zeros where the rest was to be.
  const begun = text.replace(/\0+$/, '');
  return begun.startsWith(opening) || opening.startsWith(begun);
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function check(value: unknown, line: string): RunRecord {
  const record = value as Partial<Record<keyof RunRecord, unknown>> | null | undefined;
  if (typeof record !== 'object' || record === null || typeof record.version !== 'number') {
    throw new Error(`${line} is not a record of a run. Repair or remove it, or take another file.`);
  }
  if (record.version !== 1) {
    throw new Error(
      `${line} is of version ${record.version}; this program reads version 1. Take another file.`,
    );
  }
  const whole =
    typeof record.key === 'string' &&
    typeof record.variant === 'string' &&
    typeof record.processSeconds === 'number' &&
    statuses.includes(record.status) &&
    (record.status !== 'done' || (typeof record.outcome === 'object' && record.outcome !== null));
  if (!whole) {
    throw new Error(
      `${line} is not a whole record of a run. Repair or remove it, or take another file.`,
    );
  }
  return value as RunRecord;
}
