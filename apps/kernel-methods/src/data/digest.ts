import { createHash } from 'node:crypto';
import type { Question } from '@kernel-methods/search';

/** Another table, target or seed has other scores. */
export function digestOf({
  table,
  target,
  task,
  labels,
  scoring,
  seed,
  groups,
  weights,
}: Question): string {
  const hash = createHash('sha256');
  for (const column of table.columns) {
    hash.update(`\n${column.name} ${column.type} `);
    const values = column.type === 'category' ? column.codes : column.values;
    hash.update(ArrayBuffer.isView(values) ? values : JSON.stringify(values));
    if (column.type === 'category') hash.update(JSON.stringify(column.levels));
  }
  const rest = [
    target,
    task,
    String(scoring),
    seed,
    groups && Array.from(groups),
    weights && [...weights],
    ...(labels ? [labels.separator] : []),
  ];
  return hash.update(JSON.stringify(rest)).digest('hex').slice(0, 16);
}
