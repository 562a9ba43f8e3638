import { losses, maps, variants } from '../options/choices.ts';
import type { Config } from '../options/options.ts';
import { count, plural, table } from '../terminal/format.ts';
import type { Output } from '../terminal/output.ts';
import type { Data } from './data.ts';
import type { BenchReport } from './report.ts';

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
        ['loss', `${config.loss}, trained as ${losses[config.loss].estimator}`],
        ['training', trainingText(config, steps)],
        ['backend', `${backend.name}, ${plural(backend.threads, 'thread')}`],
      ],
      style.dim,
    ),
    '',
  ];
}

function trainingText({ solver, epochs, batchSize, learningRate }: Config, steps: number): string {
  if (solver === 'direct') return 'direct: the exact minimum, in one pass';
  if (solver === 'newton') return "newton: the minimum, by Newton's method";
  const rate = learningRate === undefined ? '' : `, step size ${learningRate}`;
  return `${solver}: ${plural(epochs, 'epoch')} of ${plural(steps, 'step')}, batches of ${batchSize}${rate}`;
}

function mapText(config: Config): string {
  const { outputDim, kernel, scale, seed, filters, deskew, map } = config;
  const parts = [
    deskew === 'yes' && 'upright images',
    filters > 0 && plural(filters, 'patch filter'),
    map === 'identity' ? maps.identity.help : `${count(outputDim)} ${maps[map].help}`,
    maps[map].kernel && `${kernel} kernel, scale ${scale}`,
    map !== 'identity' && `seed ${seed}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
