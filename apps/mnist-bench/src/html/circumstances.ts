import { count, plural } from '@kernel-methods/report';
import { html, type Markup, pairs } from '@kernel-methods/report/page';
import type { Comparison } from '../records/comparison.ts';
import type { DatasetReport, Outcome } from '../records/run-record.ts';
import { warningsOf } from '../results/warnings.ts';

/** The data sets of the runs, each once; split in another way it is another. */
export function datasetsOf({ records }: Comparison): DatasetReport[] {
  const all = records.flatMap(({ outcome }) => outcome?.dataset ?? []);
  const keyOf = ({ name, checksum, rows: { train, validation, test } }: DatasetReport) =>
    JSON.stringify([name, checksum, train, validation, test]);
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

/** Why figures do not compare, where they do not. */
export const warnings = (comparison: Comparison): Markup[] =>
  warningsOf(comparison).map(
    (text) => html`<p class="note">${text}</p>
`,
  );

/** On what machine and on what data. */
export function circumstances(comparison: Comparison): Markup {
  const { machine, startedAt } = comparison;
  const ran: [string, string][] = [
    ['Processor', `${machine.cpu}, ${plural(machine.cores, 'core')}`],
    ['Memory', `${(machine.memory / 2 ** 30).toFixed(1)} GiB`],
    ['Platform', machine.platform],
    ['Node', machine.node],
    ['Started', startedAt],
    ...versionsOf(comparison),
  ];
  const datasets = datasetsOf(comparison).map(({ name, origin, checksum, rows }) =>
    pairs([
      ['Data set', name],
      [
        'Rows',
        `${count(rows.train)} to train, ${count(rows.validation)} to validate, ${count(rows.test)} to test`,
      ],
      ['Origin', origin],
      ['Checksum', checksum],
    ]),
  );
  return html`${pairs(ran)}
${datasets}`;
}

/** Versions of packages and of the peers' programs, each with all values that the runs told. */
function versionsOf({ records }: Comparison): [string, string][] {
  const found = new Map<string, Set<string>>();
  for (const { outcome } of records) {
    for (const [name, version] of flat(outcome?.versions ?? {})) {
      found.set(name, (found.get(name) ?? new Set()).add(version));
    }
  }
  return [...found].map(([name, versions]) => [name, [...versions].join(', ')]);
}

/** Said of the machine already. */
const known = ['node', 'platform', 'cpu', 'cores'];

const flat = (versions: Outcome['versions']): [string, string][] =>
  Object.entries(versions)
    .filter(([name, value]) => !known.includes(name) && value !== null)
    .flatMap(([name, value]) =>
      typeof value === 'object'
        ? flat(value as Outcome['versions'])
        : [[name, String(value)] as [string, string]],
    );
