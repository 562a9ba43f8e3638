import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError, type Write } from '@kernel-methods/runner';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../records/run-record.ts';
import { createJob, createRecord, outcome } from './fake-jobs.ts';
import { openResults } from './launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist-bench results '));
afterAll(() => rmSync(folder, { recursive: true }));
let path: string;
let nth = 0;
beforeEach(() => {
  path = join(folder, `${nth++}.jsonl`);
});

const one = createRecord(createJob('one'));
const two = createRecord(createJob('zwölf'), { status: 'failed', reason: 'why', outcome: null });
const lineOf = (record: unknown) => `${JSON.stringify(record)}\n`;
const read = () => readFileSync(path, 'utf8');

function recordsIn(): readonly RunRecord[] {
  const file = openResults(path, { resume: true });
  file.close();
  return file.records();
}

/** What opening throws; nothing stays open or locked, and the file is as it was. */
function refused(resume = true): unknown {
  const before = existsSync(path) ? readFileSync(path) : null;
  let thrown: unknown;
  try {
    openResults(path, { resume }).close();
  } catch (error) {
    thrown = error;
  }
  expect(existsSync(`${path}.lock`)).toBe(false);
  if (before) expect(readFileSync(path)).toEqual(before);
  return thrown;
}

describe('openResults', () => {
  it('keeps a line a record, at once, and reads them again', () => {
    const file = openResults(path, { resume: false });
    expect(file.records()).toEqual([]);
    file.append(one);
    expect(read()).toBe(lineOf(one));
    file.append(two);
    expect(read()).toBe(lineOf(one) + lineOf(two));
    expect(file.records()).toEqual([one, two]);
    file.close();
    file.close();
    expect(() => file.append(one)).toThrow('closed');
    expect(existsSync(`${path}.lock`)).toBe(false);
    expect(recordsIn()).toEqual([one, two]);
  });

  it('holds of a run that was made again the last record', () => {
    const again = { ...two, status: 'done', reason: null, outcome: one.outcome } as const;
    writeFileSync(path, lineOf(two) + lineOf(one));
    const file = openResults(path, { resume: true });
    file.append(again);
    file.close();
    expect(file.records()).toEqual([again, one]);
    expect(recordsIn()).toEqual([again, one]);
    expect(read()).toBe(lineOf(two) + lineOf(one) + lineOf(again));
  });

  it('drops what was torn, wherever it was', () => {
    const whole = Buffer.from(lineOf(one));
    const torn = Buffer.from(lineOf(two));
    for (let size = 0; size < torn.length - 1; size++) {
      writeFileSync(path, Buffer.concat([whole, torn.subarray(0, size)]));
      const file = openResults(path, { resume: true });
      expect(file.records()).toEqual([one]);
      expect(read()).toBe(lineOf(one));
      if (size % 20 === 0) {
        file.append(two);
        expect(read()).toBe(lineOf(one) + lineOf(two));
      }
      file.close();
    }
  });

  it.each([0, 5, 30])('drops the zeros of a power failure, after %i characters', (size) => {
    writeFileSync(path, `${lineOf(one)}${lineOf(two).slice(0, size)}${'\0'.repeat(50)}`);
    expect(recordsIn()).toEqual([one]);
    expect(read()).toBe(lineOf(one));
  });

  it('keeps a last line that only lacks its end', () => {
    writeFileSync(path, lineOf(one).trimEnd());
    const file = openResults(path, { resume: true });
    file.append(two);
    file.close();
    expect(read()).toBe(lineOf(one) + lineOf(two));
    expect(recordsIn()).toEqual([one, two]);
  });

  it('takes an empty file as a new one', () => {
    writeFileSync(path, '');
    openResults(path, { resume: false }).close();
    expect(recordsIn()).toEqual([]);
  });

  it('refuses results that are there, if it is not to go on with them', () => {
    writeFileSync(path, lineOf(one));
    expect(refused(false)).toEqual(
      new UsageError(
        `\`--results\` must be a new file: this one holds results. Continue with --resume, or choose another name. Received: ${path}.`,
      ),
    );
  });

  it.each([
    ['{"version":1,"key"\n', 'Line 2 of PATH is not a record of a run.'],
    ['[]\n', 'Line 2 of PATH is not a record of a run.'],
    ['null\n', 'Line 2 of PATH is not a record of a run.'],
    ['a text without an end', 'Line 2 of PATH is not a record of a run.'],
    ['{"answer":42}', 'Line 2 of PATH is not a record of a run.'],
    [`${lineOf({ ...one, version: 2 })}`, 'Line 2 of PATH is of version 2; this program reads'],
    [`${lineOf({ ...one, outcome: null })}`, 'Line 2 of PATH is not a whole record of a run.'],
    ...(
      [
        [{ config: undefined }, '`config` must be an object. Received: nothing.'],
        [{ config: { rows: { all: true } } }, '`config.rows` must be a text, a number,'],
        [{ outcome: {} }, '`outcome.epochs` must be a list. Received: nothing.'],
        [{ processSeconds: -1 }, '`processSeconds` must be a number, 0 or above. Received: -1.'],
        [{ seed: 1.5 }, '`seed` must be an integer, 0 or above. Received: 1.5.'],
        [{ repeat: undefined }, '`repeat` must be an integer'],
        [{ system: 3 }, '`system` must be a text. Received: 3.'],
        [{ startedAt: null }, '`startedAt` must be a text.'],
        [
          { outcome: { ...outcome, testAccuracy: 2 } },
          '`outcome.testAccuracy` must be a number from 0 to 1.',
        ],
        [{ outcome: { ...outcome, seconds: { total: -3 } } }, '`outcome.seconds.load`'],
        [{ outcome: { ...outcome, epochs: [{ epoch: '1' }] } }, '`outcome.epochs[0].epoch`'],
        [{ status: 'failed' }, '`outcome` must be null.'],
      ] as const
    ).map(([wrong, message]) => [
      lineOf({ ...one, ...wrong }),
      `Line 2 of PATH is not a whole record of a run. ${message}`,
    ]),
    [`${lineOf({ ...one, status: 'odd' })}`, 'Line 2 of PATH is not a whole record of a run.'],
  ])('refuses %j and leaves it as it is', (text, message) => {
    writeFileSync(path, lineOf(one));
    appendFileSync(path, text);
    expect(String(refused())).toContain(message.replace('PATH', path));
  });

  it('refuses paths that cannot be written', () => {
    const message = (at: string) =>
      new UsageError(
        `\`--results\` must be a file in an existing folder that can be written. Received: ${at}.`,
      );
    mkdirSync(path);
    expect(refusedAt(path)).toEqual(message(path));
    for (const at of [join(path, 'none', 'x'), join(folder, 'file', 'x'), '/dev/full']) {
      writeFileSync(join(folder, 'file'), '');
      if (at !== '/dev/full' || existsSync(at)) expect(refusedAt(at)).toEqual(message(at));
    }
  });

  // Root may write where it is forbidden.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'refuses a file that is read-only',
    () => {
      writeFileSync(path, '');
      chmodSync(path, 0o400);
      expect(refused()).toBeInstanceOf(UsageError);
    },
  );

  function refusedAt(at: string): unknown {
    try {
      openResults(at, { resume: true }).close();
    } catch (error) {
      return error;
    }
  }
});

it.skipIf(process.platform === 'win32')(
  'refuses a file with another name, which a lock would not hold',
  () => {
    writeFileSync(path, lineOf(one));
    linkSync(path, `${path}.other`);
    expect(String(refused())).toContain('`--results` must be a file with one name: this one has 2');
  },
);

describe('a disk that is full', () => {
  const full = () => Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });

  it('loses the record that found no room, and no other', () => {
    let room = true;
    const write: Write = (fd, bytes, position) => {
      // The first part finds room.
      if (room || bytes.length > 100) {
        const some = room ? bytes : bytes.subarray(0, 50);
        return writeSync(fd, some, 0, some.length, position);
      }
      throw full();
    };
    const file = openResults(path, { resume: false, write });
    file.append(one);
    room = false;
    expect(() => file.append(two)).toThrow(
      new Error(
        `The disk is full: ${path} could not be written. Its earlier content is complete: make room, then continue with --resume.`,
      ),
    );
    expect(read()).toBe(lineOf(one));
    expect(file.records()).toEqual([one]);
    room = true;
    file.append(two);
    file.close();
    expect(read()).toBe(lineOf(one) + lineOf(two));
  });

  it('names what else the system says', () => {
    const write = () => {
      throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
    };
    const file = openResults(path, { resume: false, write });
    expect(() => file.append(one)).toThrow(`${path} could not be written: EIO: i/o error, write`);
    file.close();
  });
});
