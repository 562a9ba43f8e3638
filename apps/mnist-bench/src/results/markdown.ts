import { count, escapeMarkdown, markdownTable, plural } from '@kernel-methods/report';
import type { Sort } from '../options/comparison-options.ts';
import type { Comparison } from '../records/comparison.ts';
import { cellsOf, none } from './cells.ts';
import { dataText } from './remarks.ts';
import { sortVariants } from './summarize.ts';
import { warningsOf } from './warnings.ts';

/** The comparison as a table of Markdown, the front in bold, and what it was measured on. */
export function toMarkdown(comparison: Comparison, sort: Sort): string {
  const variants = sortVariants(comparison.variants, sort);
  const hasOpen = variants.some(({ open }) => open !== undefined);
  const rows = variants.map((variant) => {
    const { accuracy, deviation, between, auroc, answered, right, found, ...cells } =
      cellsOf(variant);
    const texts = [
      escapeMarkdown(variant.variant),
      escapeMarkdown(variant.system),
      `${accuracy} ${deviation}`.trim(),
      ...(hasOpen ? [auroc, answered, right, found].map((text) => text || none) : []),
      between === '' ? cells.seconds : `${cells.seconds} (${between})`,
      cells.memory,
      cells.runs,
    ];
    return variant.front ? texts.map((text) => `**${text}**`) : texts;
  });
  return [
    ...markdownTable({
      columns: hasOpen ? [...titles.slice(0, 3), ...openTitles, ...titles.slice(3)] : titles,
      rows,
      firstNumber: 2,
    }),
    '',
    `Bold: no other is both faster and as accurate. ${measuredOn(comparison)}`,
    '',
    ...warningsOf(comparison).flatMap((text) => [escapeMarkdown(text), '']),
  ].join('\n');
}

const openTitles = ['AUROC of unknown', 'known answered', 'right among these', 'unknown found'];
const titles = ['variant', 'system', 'test accuracy', 'time', 'memory', 'runs'];

function measuredOn(comparison: Comparison): string {
  const { machine, startedAt } = comparison;
  const { cpu, cores, memory, platform, node } = machine;
  const parts = [
    escapeMarkdown(cpu),
    plural(cores, 'core'),
    `${count(Math.round(memory / 1e9))} GB`,
    escapeMarkdown(platform),
    `Node ${escapeMarkdown(node)}`,
    escapeMarkdown(startedAt.slice(0, 10)),
  ];
  const data = escapeMarkdown(dataText(comparison));
  return `Measured ${data === '' ? '' : `on ${data}, `}on ${parts.join(', ')}.`;
}
