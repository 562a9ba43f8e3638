import type { Comparison } from '../comparison/comparison.ts';
import type { Sort } from '../options/comparison-options.ts';
import { count, plural } from '../terminal/format.ts';
import { cellsOf } from './cells.ts';
import { dataText } from './data-text.ts';
import { sortVariants } from './sort-variants.ts';
import { warningsOf } from './warnings.ts';

/** The comparison as a table of Markdown, the front in bold, and what it was measured on. */
export function toMarkdown(comparison: Comparison, sort: Sort): string {
  const variants = sortVariants(comparison.variants, sort);
  const rows = variants.map((variant) => {
    const { accuracy, deviation, between, ...cells } = cellsOf(variant);
    const texts = [
      escaped(variant.variant),
      escaped(variant.system),
      `${accuracy} ${deviation}`.trim(),
      between === '' ? cells.seconds : `${cells.seconds} (${between})`,
      cells.memory,
      cells.runs,
    ];
    return variant.front ? texts.map((text) => `**${text}**`) : texts;
  });
  const widths = titles.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i].length)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, i) => padded(text, widths[i], i)).join(' | ')} |`;
  return [
    line(titles),
    line(
      widths.map((width, i) => (i < firstNumber ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)),
    ),
    ...rows.map(line),
    '',
    `Bold: no other is both faster and as accurate. ${measuredOn(comparison)}`,
    '',
    ...warningsOf(comparison).flatMap((text) => [escaped(text), '']),
  ].join('\n');
}

const titles = ['variant', 'system', 'test accuracy', 'time', 'memory', 'runs'];

/** From here on columns are numbers and stand to the right. */
const firstNumber = 2;

function padded(text: string, width: number, column: number): string {
  return column < firstNumber ? text.padEnd(width) : text.padStart(width);
}

function measuredOn(comparison: Comparison): string {
  const { machine, startedAt } = comparison;
  const { cpu, cores, memory, platform, node } = machine;
  const parts = [
    escaped(cpu),
    plural(cores, 'core'),
    `${count(Math.round(memory / 1e9))} GB`,
    platform,
    `Node ${node}`,
    startedAt.slice(0, 10),
  ];
  const data = escaped(dataText(comparison));
  return `Measured ${data === '' ? '' : `on ${data}, `}on ${parts.join(', ')}.`;
}

/** Text that means itself: no pipe ends a cell, no star or bracket starts anything. */
export function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|*_`<>[\]~]/g, '\\$&');
}
