import type { FitSettings } from '@kernel-methods/models';
import {
  count,
  megabytes,
  type Output,
  plural,
  score,
  seconds,
  table,
} from '@kernel-methods/report';
import { withoutPassword } from '@kernel-methods/runner/options';
import { type Config, options } from '../options/options.ts';
import { losses } from '../parts/losses.ts';
import { maps } from '../parts/maps.ts';
import { solvers } from '../parts/solvers.ts';
import { type TaskEntry, tasks } from '../parts/tasks.ts';
import { variants } from '../parts/variants.ts';
import type { BenchReport, OpenReport } from '../records/run-record.ts';
import type { Data } from './data.ts';

/** What runs: known before the data. */
export function title({ variant }: Config, style: Pick<Output, 'bold'>): string {
  return style.bold(`mnist-bench, variant ${variant}: ${variants[variant]}`);
}

/** On what it runs, and how. */
export function header(
  config: Config,
  data: Pick<Data, 'origin' | 'rows'>,
  backend: BenchReport['backend'],
  style: Pick<Output, 'dim'>,
): string[] {
  const { rows } = data;
  const steps = Math.ceil(rows.train / config.batchSize);
  const parts = [
    `${count(rows.train)} train`,
    rows.validation > 0 && `${count(rows.validation)} validation`,
    `${count(rows.test)} test`,
  ].filter((part) => part !== false);
  return [
    ...table(
      [
        ['data', data.origin],
        ['rows', parts.join(', ')],
        ['map', mapText(config)],
        ...trainingLines(config, steps),
        ...machineLines(config),
        ['backend', `${backend.name}, ${plural(backend.threads, 'thread')}`],
      ],
      style.dim,
    ),
    '',
  ];
}

const machineLines = ({ machines }: Config): [string, string][] =>
  machines === undefined ? [] : [['trained by', `the workers at ${withoutPassword(machines)}`]];

function trainingLines(config: Config, steps: number): [string, string][] {
  const { task, normal, reject, rejectScore, loss, solver } = config;
  const { unused }: TaskEntry = tasks[task];
  const uses = (option: TaskEntry['unused'][number]) => !unused.includes(option);
  const lines: [string, string | false][] = [
    ['task', task !== options.task.fallback && tasks[task].help],
    ['trained on', normal !== undefined && `the digits ${normal}; the others are unknown`],
    ['answered', reject !== undefined && `${reject} of the known rows, "none of these" for others`],
    ['sure by', reject !== undefined && uses('rejectScore') && rejectScore],
    ['loss', uses('loss') && `${loss}, trained as ${losses[loss].estimator}`],
    ['training', uses('solver') && solvers[solver].describe(config, plural(steps, 'step'))],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== false);
}

function mapText(config: Config): string {
  const { outputDim, kernel, scale, seed, filters, deskew, map } = config;
  const parts = [
    deskew === 'yes' && 'upright images',
    filters > 0 && plural(filters, 'patch filter'),
    maps[map].sized ? `${count(outputDim)} ${maps[map].help}` : maps[map].help,
    maps[map].kernel && `${kernel} kernel, scale ${scale}`,
    maps[map].drawn && `seed ${seed}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** The penalty, where the solver chose it; and what of the minimum is exact, where that is known. */
function penalty({ l2, jitter }: FitSettings, config: Pick<Config, 'l2'>): [string, string][] {
  const rows: [string, string][] = [];
  if (config.l2 === undefined && l2 > 0) rows.push(['penalty', `l2 ${brief(l2)}, chosen`]);
  if (jitter === 0) rows.push(['minimum', 'exact']);
  if (jitter)
    rows.push(['minimum', `not exact: rounding adds ${brief(jitter)} to l2 ${brief(l2)}`]);
  return rows;
}

const brief = (value: number) => String(Number(value.toPrecision(3)));

/** What became of known and unknown rows. */
function openLines({ coverage, answeredAccuracy, recall, auroc }: OpenReport): [string, string][] {
  const lines: [string, number | null][] = [
    ['accuracy of answers', answeredAccuracy],
    ['known answered', coverage],
    ['unknown found', recall],
    ['AUROC of unknown', auroc],
  ];
  return lines.flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, score(value)]],
  );
}

/** The closing table: what was reached, what it took. A stopped run shows what there is. */
export function summary(report: BenchReport, style: Pick<Output, 'bold' | 'dim'>): string[] {
  const { epochs, config } = report;
  const last = epochs.at(-1);
  const averaged = Math.min(5, epochs.length);
  const rows: [string, string][] = [];
  if (report.testAccuracy !== null) {
    rows.push(['test accuracy', style.bold(score(report.testAccuracy))]);
  }
  if (report.open) rows.push(...openLines(report.open));
  if (report.testLoss !== null) rows.push(['test loss', score(report.testLoss)]);
  if (report.valAccuracyLast5 !== null) {
    const over = averaged === 1 ? 'one epoch' : `mean of the last ${averaged} epochs`;
    rows.push(['validation accuracy', `${score(report.valAccuracyLast5)} (${over})`]);
  }
  if (last) rows.push(['training loss', score(last.loss)]);
  if (report.settings) rows.push(...penalty(report.settings, config));
  const { total, ...phases } = report.seconds;
  const spent = Object.entries(phases).filter(([, value]) => value !== null);
  rows.push(
    ...spent.map(([name, value]): [string, string] => [name, seconds(value as number)]),
    ['total', seconds(total)],
    ['peak memory', megabytes(report.peakMemory)],
  );
  const title = report.aborted
    ? `Stopped after ${epochs.length} of ${config.epochs} epochs; not tested${config.save ? ', not saved' : ''}.`
    : 'Done.';
  return ['', style.bold(title), ...table(rows, style.dim)];
}
