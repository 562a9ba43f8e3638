import { readFileSync } from 'node:fs';
import { nearest } from '@kernel-methods/check';
import { UsageError } from '../usage-error.ts';
import { deepRule, isTooDeep, jsonBreak, repeatedName } from './json-break.ts';
import { broken } from './read-option.ts';

/** The text of a file that `--config` names. @throws UsageError if it cannot be read. */
export function readConfigText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `\`--config\` must be a file that can be read (${code}). Received: ${path}.`,
    );
  }
}

/**
 * Its JSON.
 *
 * @throws UsageError naming line and column where it is none.
 */
export function parseConfigJson(whole: string, path: string): unknown {
  const text = whole.replace(/^\uFEFF/, '');
  if (isTooDeep(text)) throw broken('--config', deepRule, path);
  const twice = repeatedName(text);
  if (twice !== undefined) {
    throw new UsageError(
      `${path}: \`${twice.name}\` must be given once in an object. Received: a second one in line ${twice.line}, column ${twice.column}.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    const place = jsonBreak(text);
    throw new UsageError(
      `\`--config\` must be JSON, and is none from line ${place?.line}, column ${place?.column} on. Received: ${path}.`,
    );
  }
}

/** An object with no members but these. @throws UsageError naming the place and the nearest name. */
export function membersOf(content: unknown, place: string, names: readonly string[]) {
  const members = objectOf(content, place);
  for (const name of Object.keys(members)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant ? ` (did you mean ${meant}?)` : '';
    throw broken(place, `an object with members among ${names.join(', ')}${hint}`, name);
  }
  return members;
}

export function objectOf(content: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Readonly<Record<string, unknown>>;
  }
  throw broken(place, 'an object', JSON.stringify(content));
}
