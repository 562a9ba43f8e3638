import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, expect, it } from 'vitest';
import type { RunRecord } from '../records/run-record.ts';
import { openResults } from './launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist-bench resume '));
afterAll(() => rmSync(folder, { recursive: true }));
let path: string;
let nth = 0;
beforeEach(() => {
  path = join(folder, `${nth++}.jsonl`);
});

const urlOf = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
const runs = 60;
/** Runs of a comparison that will be killed: the kill may come late. */
const atMost = 9;

/**
 * A comparison as the program makes it. Its runs take some milliseconds, and their records are
 * long, so that a kill finds many a record half written; with `real` each is a process.
 */
const program = `
  import { setTimeout } from 'node:timers/promises';
  import { createJob, createRecord, outcome } from ${urlOf('fake-jobs.ts')};
  import { createLive } from ${urlOf('live.ts')};
  import { openResults, runJobs } from ${urlOf('launch.ts')};
  import { onInterrupt } from ${urlOf('../../../../packages/runner/src/index.ts')};
  import { createOutput } from ${urlOf('../../../../packages/report/src/index.ts')};

  const [path, kind] = process.argv.slice(1);
  const report = JSON.stringify({ type: 'report', report: outcome });
  const script = 'setTimeout(() => console.log(' + JSON.stringify(report) + '), 50)';
  const jobs = Array.from({ length: ${runs} }, (_, seed) => createJob('one', seed, script));
  let launched = 0;
  const launch = async (job) => {
    await setTimeout(kind === 'killed' && ++launched > ${atMost} ? 1e6 : 3);
    return createRecord(job, { outcome: { ...outcome, versions: { long: 'x'.repeat(300_000) } } });
  };
  const output = createOutput(process.stdout, process.stderr, {});
  const { signal } = onInterrupt(() => {});
  const store = openResults(path, { resume: true });
  try {
    const live = createLive(output, jobs);
    const options = { store, live, signal, launch: kind === 'real' ? undefined : launch };
    const records = await runJobs(jobs, options);
    process.exitCode = signal.aborted ? 130 : 0;
    console.log('ended with ' + records.length);
  } finally {
    store.close();
  }
`;

function start(kind = '') {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, path, kind]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.pipe(process.stderr);
  return { child, closed: once(child, 'close'), said: () => said };
}

it('runs each job once, however often it is killed', async () => {
  for (const milliseconds of [0, 7, 19, 26, 38, 53]) {
    const { child, closed } = start('killed');
    await Promise.race([once(child.stdout, 'data'), closed]);
    await setTimeout(milliseconds);
    child.kill('SIGKILL');
    await closed;
  }
  const before = readFileSync(path, 'utf8').split('\n').length - 1;
  expect(before).toBeGreaterThan(5);
  expect(before).toBeLessThan(runs);

  const last = start();
  expect(await last.closed).toEqual([0, null]);
  expect(last.said()).toContain(`ended with ${runs}`);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const seeds = lines.map((line) => (JSON.parse(line) as RunRecord).seed);
  expect(seeds).toEqual(Array.from({ length: runs }, (_, seed) => seed));
  // What was done was not run again.
  expect(last.said().match(/test accuracy/g)).toHaveLength(runs - before);
});

it.skipIf(process.platform === 'win32')('keeps what is done at Ctrl-C', async () => {
  const { child, closed, said } = start('real');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  const done = said().match(/test accuracy/g)?.length ?? 0;
  expect(said()).toContain(`ended with ${done}`);
  expect(existsSync(`${path}.lock`)).toBe(false);
  const results = openResults(path, { resume: true });
  results.close();
  expect(results.records()).toHaveLength(done);
});
