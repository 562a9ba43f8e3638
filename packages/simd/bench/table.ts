import { readFileSync, writeFileSync } from 'node:fs';
import { engines } from './engines.ts';
import type { Result } from './measure.ts';
import { duration } from './report.ts';

const [start, end] = ['<!-- the table of the benchmark -->', '<!-- its end -->'];

/** A result, and what else had to hold in the same run. */
interface Line extends Result {
  readonly claims?: readonly {
    readonly what: string;
    readonly value?: number;
    readonly met: boolean;
  }[];
}

/** The results as a table in Markdown: a column for each engine, and what is compared with them. */
export function tableOf(results: readonly Line[]): string {
  const own: readonly string[] = Object.values(engines);
  const rows = results.map(({ name, times, bars, claims = [] }) => {
    const others = Object.entries(times).filter(([who]) => !own.includes(who));
    const timeOf = (who: string) => (times[who] ? duration(times[who].best) : '–');
    const verdicts = [
      ...bars.map(({ of, against, ratio, atLeast, met }) => {
        const missed = met ? '' : ', **missed**';
        const got = ratio === undefined ? 'not measured' : `${ratio.toPrecision(3)} ×`;
        return `${of}: ${got} ${against} (bar ${Number(atLeast.toPrecision(3))}${missed})`;
      }),
      ...claims.map(({ what, value, met }) => {
        const got = Number.isFinite(value) ? String(Number(value!.toPrecision(4))) : 'not measured';
        return `${what}: ${got}${met ? '' : ' (**missed**)'}`;
      }),
    ];
    return [
      name,
      ...own.map(timeOf),
      others.map(([who]) => `${who} ${timeOf(who)}`).join('; ') || '–',
      verdicts.join('; ') || '–',
    ];
  });
  return markdown([['work', ...own, 'others in the same run', 'ratio of rates'], ...rows]);
}

function markdown(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const padded = cells.map((row) => line(row.map((cell, i) => cell.padEnd(widths[i]))));
  return [padded[0], line(widths.map((width) => '-'.repeat(width))), ...padded.slice(1)].join('\n');
}

/** The table that a README has between its marks. */
export function tableIn(readme: string): string {
  return readme.slice(readme.indexOf(start) + start.length, readme.indexOf(end)).trim();
}

/** Puts the results into a README. */
export function writeTable(file: URL, results: readonly Line[]): void {
  const readme = readFileSync(file, 'utf8');
  const [head, rest] = readme.split(start);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`${file} must have the marks ${start} and ${end}.`);
  writeFileSync(file, `${head}${start}\n\n${tableOf(results)}\n\n${end}${tail}`);
}
