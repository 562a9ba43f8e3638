export { createOutput, type Output, type Stream } from './terminal/output.ts';
export {
  epochLine,
  fill,
  progressBar,
  type TrainingEpoch,
  unfinishedLine,
} from './terminal/progress-bar.ts';
export { createTimeLeft, type TimeLeft } from './terminal/time-left.ts';
export type { TrainingProgress } from './terminal/training-progress.ts';
export { columnsText } from './text/columns.ts';
export { type CsvValue, csv, plainCsv } from './text/csv.ts';
export { cut, shorten, wrap } from './text/fit.ts';
export { clock, count, megabytes, minus, plural, score, seconds, table } from './text/format.ts';
export { escapeMarkdown, type MarkdownTable, markdownTable } from './text/markdown.ts';
export { printable, xmlSafe } from './text/printable.ts';
export {
  meanPercent,
  medianOf,
  medianSeconds,
  percent,
  type Spread,
  spreadOf,
} from './text/spread.ts';
