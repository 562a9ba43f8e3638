import type { TableError } from '@kernel-methods/tables';

/** What readers advise, as options of the command. */
const flags: readonly (readonly [advice: RegExp, flag: string])[] = [
  [/Pass `ragged: 'pad'`/, 'Pass --ragged pad'],
  [/Pass `duplicateNames: 'number'`/, 'Pass --duplicate-names number'],
  [/`header: false`/, '--header no'],
  [
    /Pass its `encoding`, such as 'windows-1252' or 'utf-16le'/,
    'Pass --encoding latin1, or another',
  ],
  [/Pass names as `header`/, 'Pass --names'],
  [/Pass `format`/, 'Pass --format'],
  [/needs its `format`/, 'needs its --format'],
  [/Pass its type as `columns`/, 'Pass its type as --types'],
  [/pass `columns: \{ "?(.*?)"?: 'category' \}`/, 'pass --types $1=category'],
  // The longest record is no option: so long a one is a mistake.
  [/ If not, raise `maxRecordLength`\./, ''],
];

/** What is wrong with a file, in the command's words. Rows count from 1. */
export const fileFault = (error: TableError): string =>
  flags.reduce((text, [advice, flag]) => text.replace(advice, flag), withRows(error));

/** What is wrong with the body of a request: its sender cannot pass options. */
export const bodyFault = (error: TableError): string =>
  withRows(error).replace(/ (?:Pass|If it is an identifier|If not, raise) .*$/s, '');

/** Readers count rows from 0. */
function withRows({ message, row }: TableError): string {
  if (row === undefined) return message;
  const own = new RegExp(`((?:^|: | in )row )${row}(?= must| has a value|[.,])`, 'g');
  const places = [...message.matchAll(own)];
  // The received value may contain the same words; the last match is the reader's own.
  const place = places.at(-1);
  if (place === undefined) return message;
  const end = place.index + place[0].length;
  return `${message.slice(0, place.index)}${place[1]}${row + 1}${message.slice(end)}`;
}
