import { readFileSync } from 'node:fs';
import { count } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import { broken, deepRule, isTooDeep, jsonBreak } from '@kernel-methods/runner/options';
import type { Machine } from '../records/comparison.ts';
import type { Skip } from '../records/job.ts';
import type { RunRecord } from '../records/run-record.ts';
import {
  amount,
  list,
  members,
  object,
  orNull,
  record,
  scalar,
  text,
  truth,
  word,
} from '../records/shape.ts';

/** One of the two files, as far as it is compared. */
export interface Side {
  readonly path: string;
  /** A single run tells its own time, not that of its process. */
  readonly kind: 'comparison' | 'report';
  readonly aborted: boolean;
  readonly machine: Pick<Machine, 'platform' | 'cpu' | 'cores' | 'node'>;
  readonly runs: readonly Run[];
  readonly skipped: readonly Skip[];
}

/** Of a run what is compared. */
export interface Run {
  readonly key: string;
  readonly variant: string;
  readonly system: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly status: RunRecord['status'];
  readonly reason: string | null;
  readonly processSeconds: number;
  readonly outcome: Result | null;
}

export interface Result {
  readonly dataset: {
    readonly name: string;
    readonly checksum: string;
    readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  } | null;
  readonly testAccuracy: number | null;
  readonly seconds: { readonly total: number };
  readonly peakMemory: number | null;
}

/**
 * Reads what `--json` wrote, of a comparison or of a single run.
 *
 * @throws UsageError naming the file, and the line and column or the field that is wrong.
 */
export function readSide(path: string): Side {
  const content = parseJson(readText(path), path);
  try {
    const fields = members(content, '');
    word(1)(fields.version, 'version');
    if ('records' in fields) return { path, kind: 'comparison', ...readComparison(content) };
    if ('config' in fields) return { path, kind: 'report', ...readReport(content) };
    throw broken(
      'the file',
      'a comparison, with `records`, or a run, with `config`',
      `an object with ${Object.keys(fields).join(', ')}`,
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${path}: ${error.message}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw broken('compare', `given files that can be read (${code})`, path);
  }
}

function parseJson(text: string, path: string): unknown {
  if (isTooDeep(text)) throw broken('compare', `given ${deepRule}`, path);
  try {
    return JSON.parse(text);
  } catch {
    const place = jsonBreak(text);
    throw broken(
      'compare',
      `given JSON, and this is none from line ${place?.line}, column ${place?.column} on`,
      path,
    );
  }
}

const machine = object({ platform: text, cpu: text, cores: amount(1), node: text });

const result = object({
  dataset: orNull(
    object({
      name: text,
      checksum: text,
      rows: object({ train: amount(), validation: amount(), test: amount() }),
    }),
  ),
  testAccuracy: orNull(amount(0, 1)),
  seconds: object({ total: amount() }),
  peakMemory: orNull(amount()),
});

const comparison = object({
  aborted: truth,
  machine,
  skipped: list(object({ variant: text, reason: text })),
  records: list(
    object({
      version: word(1),
      key: text,
      variant: text,
      system: text,
      config: record(scalar),
      seed: amount(),
      status: word('done', 'failed', 'timeout'),
      reason: orNull(text),
      processSeconds: amount(),
      outcome: orNull(result),
    }),
  ),
});

function readComparison(content: unknown): Omit<Side, 'path' | 'kind'> {
  const { records, ...rest } = comparison(content, '');
  return { ...rest, runs: records };
}

const report = object({ aborted: truth, versions: machine, config: record(scalar) });

const named = object({
  seed: amount(),
  kernel: text,
  loss: text,
  solver: text,
  outputDim: amount(1),
});

/** A single run is a comparison of one. */
function readReport(content: unknown): Omit<Side, 'path' | 'kind'> {
  const { aborted, versions, config } = report(content, '');
  const outcome = result(content, '');
  const { seed, kernel, loss, solver, outputDim } = named(config, 'config');
  return {
    aborted,
    machine: versions,
    skipped: [],
    runs: [
      {
        key: '',
        variant: [kernel, loss, solver, count(outputDim)].join(', '),
        system: 'kernel-methods',
        config,
        seed,
        status: aborted ? 'failed' : 'done',
        reason: aborted ? 'stopped by Ctrl-C' : null,
        processSeconds: outcome.seconds.total,
        outcome,
      },
    ],
  };
}
