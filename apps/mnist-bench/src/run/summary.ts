import { megabytes, score, seconds, table } from '../terminal/format.ts';
import type { Output } from '../terminal/output.ts';
import type { BenchReport } from './report.ts';

/** The closing table: what was reached, what it took. A stopped run shows what there is. */
export function summary(report: BenchReport, style: Pick<Output, 'bold' | 'dim'>): string[] {
  const { epochs, config } = report;
  const last = epochs.at(-1);
  const averaged = Math.min(5, epochs.length);
  const rows: [string, string][] = [];
  if (report.testAccuracy !== null) {
    rows.push(['test accuracy', style.bold(score(report.testAccuracy))]);
  }
  if (report.testLoss !== null) rows.push(['test loss', score(report.testLoss)]);
  if (report.valAccuracyLast5 !== null) {
    const over = averaged === 1 ? 'one epoch' : `mean of the last ${averaged} epochs`;
    rows.push(['validation accuracy', `${score(report.valAccuracyLast5)} (${over})`]);
  }
  if (last) rows.push(['training loss', score(last.loss)]);
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
