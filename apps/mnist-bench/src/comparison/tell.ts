import type { Output } from '@kernel-methods/report';
import { writeJson, writeText } from '@kernel-methods/runner';
import type { ComparisonSettings } from '../options/comparison-options.ts';
import { ratioLines, ratioMarkdown } from '../peers/ratios.ts';
import type { Comparison } from '../records/comparison.ts';
import { toCsv } from '../results/csv.ts';
import { toMarkdown } from '../results/markdown.ts';
import { tableLines } from '../results/table.ts';
import { checkSameTask } from '../results/warnings.ts';

type Files = Partial<Pick<ComparisonSettings, 'csv' | 'markdown' | 'svg' | 'html'>> & {
  readonly json?: string;
};

/**
 * The table, and the files that were asked for. One that cannot be written takes none of the others.
 *
 * @throws Error naming the option and the file.
 */
export async function tell(
  comparison: Comparison,
  { sort, json, csv, markdown, svg, html }: Files & Pick<ComparisonSettings, 'sort'>,
  output: Output,
): Promise<void> {
  const width = (process.stdout.isTTY && process.stdout.columns) || 120;
  output.line();
  for (const line of tableLines(comparison, { sort, style: output, width })) output.line(line);
  for (const line of ratioLines(comparison, output, width)) output.line(line);
  for (const warning of checkSameTask(comparison.records)) output.note(warning);

  const failures: Error[] = [];
  const write = async (
    option: string,
    path: string | undefined,
    action: (path: string) => unknown,
  ) => {
    if (path === undefined) return;
    try {
      await action(path);
      output.line(`Written: ${path}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failures.push(new Error(`\`--${option}\` could not be written, ${path}: ${why}`));
    }
  };
  await write('json', json, (path) => writeJson(path, comparison));
  await write('csv', csv, (path) => writeText(path, toCsv(comparison)));
  await write('markdown', markdown, (path) =>
    writeText(path, `${toMarkdown(comparison, sort)}\n${ratioMarkdown(comparison)}`),
  );
  // Plots take a while to load, and only these need them.
  const measured = comparison.variants.filter(({ accuracy }) => accuracy !== null).length;
  if (svg !== undefined && measured < 2) {
    output.note(`${svg} is not written: a front needs two variants with results.`);
  }
  await write('svg', measured < 2 ? undefined : svg, async (path) => {
    const { frontSvg } = await import('../html/front.ts');
    writeText(path, frontSvg(comparison));
  });
  await write('html', html, async (path) => {
    const { htmlReport } = await import('../html/html-report.ts');
    writeText(path, await htmlReport(comparison));
  });
  for (const { message } of failures.slice(1)) output.note(message);
  if (failures.length > 0) throw failures[0];
}
