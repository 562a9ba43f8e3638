import { nearest } from '@kernel-methods/check';
import { UsageError } from '@kernel-methods/runner';

/** @throws UsageError naming the columns that there are, unless one has the name. */
export function requireColumn(flag: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  const hint = meant ? ` (did you mean ${meant}?)` : '';
  throw new UsageError(
    `\`${flag}\` must name a column of the file${hint}: ${listed(names)}. Received: ${name}.`,
  );
}

/** The names, or the first of many. */
export const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ');
