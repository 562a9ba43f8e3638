import { readFileSync } from 'node:fs';
import { nearest } from '@kernel-methods/check';
import { UsageError } from '@kernel-methods/runner';
import type { ComparisonSettings } from '../options/comparison-options.ts';
import type { Settings } from '../options/options.ts';
import { broken } from '../options/read-option.ts';
import { mustOf, type Option } from '../options/rules.ts';
import { type Axes, axisNamed, axisOptions, readSeeds, readValues } from './axes.ts';
import { checkSchema, fileComparisonOptions, fileOptions, fits } from './config-schema.ts';
import { deepRule, isTooDeep, jsonBreak, repeatedName } from './json-break.ts';

/** What a configuration file says, in the forms that the command line comes to. */
export interface ConfigFile {
  /** Options of a run; of `comparison`, also where the JSON goes. */
  readonly given: Partial<Settings>;
  /** Products of axes: one where `matrix` is an object, several where it is an array of them. */
  readonly matrices: readonly Axes[];
  readonly comparison: Partial<ComparisonSettings>;
}

/**
 * Reads `--config bench.json`; bench.schema.json describes it.
 *
 * @throws UsageError naming the file and the place in it (`matrix.kernels[1]`), the rule, the value
 * and the nearest known name; where it is no JSON, the line and the column.
 */
export function readConfigFile(path: string): ConfigFile {
  return readConfig(readText(path), path);
}

/** The same from the file's text. */
export function readConfig(text: string, path: string): ConfigFile {
  const content = parseJson(text.replace(/^\uFEFF/, ''), path);
  try {
    const file = membersOf(content, 'the file', ['$schema', 'options', 'matrix', 'comparison']);
    const { json, ...comparison } = readTable(file, 'comparison', fileComparisonOptions);
    const given = readTable(file, 'options', fileOptions);
    const matrices = readMatrices(file.matrix);
    // The messages above say more; what the schema forbids is refused in any case.
    checkSchema(content);
    return {
      given: { ...given, ...(json !== undefined && { json }) },
      matrices,
      comparison,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${path}: ${error.message}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `\`--config\` must be a file that can be read (${code}). Received: ${path}.`,
    );
  }
}

function parseJson(text: string, path: string): unknown {
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

function readTable(
  file: Readonly<Record<string, unknown>>,
  section: string,
  table: Readonly<Record<string, Option<unknown>>>,
): Record<string, never> {
  const members = membersOf(file[section] ?? {}, section, Object.keys(table));
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      readValue(table[name], value, `${section}.${name}`),
    ]),
  ) as Record<string, never>;
}

function readMatrices(content: unknown): Axes[] {
  if (content === undefined) return [];
  return Array.isArray(content)
    ? content.map((one, index) => readMatrix(one, `matrix[${index}]`))
    : [readMatrix(content, 'matrix')];
}

function readMatrix(content: unknown, matrix: string): Axes {
  const axes: Record<string, readonly unknown[]> = {};
  for (const [word, value] of Object.entries(objectOf(content, matrix))) {
    const name = axisNamed(word, matrix);
    const place = `${matrix}.${name}`;
    const option = axisOptions[name];
    if (Object.hasOwn(axes, option)) throw broken(place, 'there once', word);
    if (Array.isArray(value) && value.length === 0) throw broken(place, 'one value or more', '[]');
    const text = (one: unknown, at: string) => textOf(fileOptions[option], one, at);
    if (Array.isArray(value)) {
      const at = (index: number) => `${place}[${index}]`;
      axes[option] = readValues(
        name,
        value.map((one, index) => text(one, at(index))),
        at,
      );
    } else {
      axes[option] =
        name === 'seeds'
          ? readSeeds(text(value, place), place)
          : readValues(name, [text(value, place)], () => place);
    }
  }
  return axes as Axes;
}

function membersOf(content: unknown, place: string, names: readonly string[]) {
  const members = objectOf(content, place);
  for (const name of Object.keys(members)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant ? ` (did you mean ${meant}?)` : '';
    throw broken(place, `an object with members among ${names.join(', ')}${hint}`, name);
  }
  return members;
}

function objectOf(content: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Readonly<Record<string, unknown>>;
  }
  throw broken(place, 'an object', JSON.stringify(content));
}

/**
 * The value of an option in a file of JSON: a number for a number, a string for a name or a path,
 * true or false for a word alone, an array for a list of names.
 *
 * @throws UsageError naming the place, the rule, the value and the nearest known name.
 */
export function readValue(option: Option<unknown>, value: unknown, place: string): unknown {
  const { rule } = option;
  if (rule.schema.type === 'boolean') {
    if (typeof value === 'boolean') return value;
    throw broken(place, 'true or false', shown(value));
  }
  const read = rule.read(textOf(option, value, place));
  if (read === undefined) throw unknown(option, value, place);
  return read;
}

/** The text of a value as the command line would have it. */
function textOf(option: Option<unknown>, value: unknown, place: string): string {
  if (!fits(option.rule.schema, value)) throw unknown(option, value, place);
  return Array.isArray(value) ? value.join(',') : String(value);
}

function unknown({ rule }: Option<unknown>, value: unknown, place: string) {
  const wrong = [value].flat().find((one) => rule.read(String(one)) === undefined) ?? value;
  const meant = nearest(String(wrong), rule.names ?? []);
  const must =
    rule.schema.type === 'array'
      ? `an array of names among ${rule.names?.join(', ')}, each once`
      : mustOf(rule, String(value));
  // A text in place of a number would look like one.
  const given = typeof value === 'string' && rule.names ? value : shown(value);
  return broken(place, `${must}${meant ? ` (did you mean ${meant}?)` : ''}`, given);
}

const shown = (value: unknown) => JSON.stringify(value);
