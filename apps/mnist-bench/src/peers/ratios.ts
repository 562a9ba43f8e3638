import { count, cut, escapeMarkdown, type Output, score, seconds } from '@kernel-methods/report';
import type { Comparison } from '../records/comparison.ts';
import { nameOf } from '../results/cells.ts';
import { type Against, type Rival, ratiosOf } from './compute-ratios.ts';

/** The peers, and under each what ours do against it. Nothing where no peer was run. */
export function ratioLines(
  comparison: Comparison,
  style: Pick<Output, 'bold' | 'dim'>,
  width = 120,
): string[] {
  const rows = ratiosOf(comparison).flatMap((against) => [
    { ...cellsOfPeer(against), ours: false },
    ...(isBeaten(against) ? [] : [{ ...empty, name: lost, ours: true }]),
    ...against.rivals.map((rival) => ({ ...cellsOfRival(rival), ours: true })),
  ]);
  if (rows.length === 0) return [];
  const longest = Math.max(...rows.map(({ name, ours }) => name.length + (ours ? 4 : 2)));
  const room = Math.min(longest, width - 32);
  const line = ({ name, time, accuracy, times }: Cells, indent: string) =>
    [
      cut(indent + name, room).padEnd(room),
      time.padStart(10),
      accuracy.padStart(9),
      times.padStart(9),
    ]
      .join(' ')
      .trimEnd();
  return [
    '',
    style.dim(
      line({ name: 'peer, and ours', time: 'time', accuracy: 'accuracy', times: 'faster' }, '  '),
    ),
    ...rows.map((row) => {
      const text = line(row, row.ours ? '    ' : '  ');
      return row.ours ? text : style.bold(text);
    }),
  ];
}

/** The same as a Markdown table, one line per pair; empty where no peer was run. */
export function ratioMarkdown(comparison: Comparison): string {
  const rows = ratiosOf(comparison).flatMap((against) => {
    const peer = cellsOfPeer(against);
    const before = [escapeMarkdown(peer.name), peer.time, peer.accuracy];
    const rivals = against.rivals.map((rival) => {
      const { name, time, accuracy, times } = cellsOfRival(rival);
      return [...before, escapeMarkdown(name), time, accuracy, times];
    });
    return isBeaten(against) ? rivals : [[...before, lost, '', '', ''], ...rivals];
  });
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['peer', 'time', 'accuracy', 'ours', 'time', 'accuracy', 'faster']),
    line(['---', '--:', '--:', '---', '--:', '--:', '--:']),
    ...rows.map(line),
    '',
    'Times are medians over whole processes. Our accuracy is given as the difference from the peer’s.',
    '',
  ].join('\n');
}

interface Cells {
  readonly name: string;
  readonly time: string;
  readonly accuracy: string;
  readonly times: string;
}

const empty: Cells = { name: '', time: '', accuracy: '', times: '' };
const lost = 'none of ours is as accurate';

const isBeaten = ({ rivals }: Against) => rivals.some(({ by }) => by !== 'same method');

function cellsOfPeer({ peer }: Against): Cells {
  return {
    name: nameOf(peer),
    time: seconds(peer.seconds?.median ?? Number.NaN),
    accuracy: score(peer.accuracy?.mean),
    times: '',
  };
}

function cellsOfRival({ ours, by, times, difference, rows }: Rival): Cells {
  return {
    name: `${by}: ${ours.variant}${rows === null ? '' : ` (on ${count(rows)} rows)`}`,
    time: seconds(ours.seconds?.median ?? Number.NaN),
    accuracy: `${difference < 0 ? '-' : '+'}${score(Math.abs(difference))}`,
    times: `${times.toFixed(times < 10 ? 1 : 0)} x`,
  };
}
