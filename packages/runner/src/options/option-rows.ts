import { flagOf, type Option } from './rules.ts';

/** An option as the help writes it: its flag, and what it does with its names and its default. */
export const optionRows = (
  table: Readonly<Record<string, Option<unknown>>>,
): (readonly [flag: string, text: string])[] =>
  Object.entries(table).map(([name, option]) => [
    option.value === undefined ? flagOf(name) : `${flagOf(name)} ${option.value}`,
    describe(option),
  ]);

function describe({ help, rule, note, fallback, shown, value }: Option<unknown>): string {
  const choices = rule.names && rule.names.length > 1 ? `: ${rule.names.join(', ')}` : '';
  const standard = shown ?? fallback;
  return [
    help,
    choices,
    note ? `; ${note}` : '',
    // The word is not torn from its value.
    standard === undefined || value === undefined ? '' : ` (default\u00a0${standard})`,
  ].join('');
}
