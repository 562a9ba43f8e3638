import { columnsText, type Output, plural, wrap } from '@kernel-methods/report';
import { type ColumnLook, spreadText } from './look.ts';

/** So many columns are listed; of more, those that are odd. */
const MOST_LISTED = 40;

/** What each column is taken for, as lines of a terminal. */
export function columnLines(
  looks: readonly ColumnLook[],
  output: Pick<Output, 'bold' | 'dim'>,
  width: number,
): string[] {
  const listed =
    looks.length <= MOST_LISTED
      ? looks
      : looks.filter(({ odd, role }) => odd.length > 0 || role !== 'used').slice(0, MOST_LISTED);
  const rest = looks.length - listed.length;
  const lines = columnsText(
    ['column', 'taken for', 'holds', 'note'],
    listed.map((look) => [
      look.name,
      look.role === 'target' ? 'the target' : look.role === 'used' ? look.type : 'left out',
      spreadText(look),
      look.odd.join('; '),
    ]),
    width,
  );
  return [
    output.dim(lines[0]),
    ...lines
      .slice(1)
      .map((line, i) =>
        listed[i].leak !== undefined || listed[i].role === 'target' ? output.bold(line) : line,
      ),
    ...(rest > 0
      ? [
          output.dim(
            `  and ${plural(rest, 'more column')}, used as ${rest === 1 ? 'it is' : 'they are'}`,
          ),
        ]
      : []),
    ...looks.flatMap(({ name, leak }) =>
      leak === undefined ? [] : ['', ...wrap(`Warning: ${name} ${leak}.`, width)],
    ),
  ];
}
