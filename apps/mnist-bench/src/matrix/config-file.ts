import { UsageError } from '@kernel-methods/runner';
import {
  broken,
  membersOf,
  type Option,
  objectOf,
  parseConfigJson,
  readConfigText,
  readValue,
  textOf,
} from '@kernel-methods/runner/options';
import type { ComparisonSettings } from '../options/comparison-options.ts';
import type { Settings } from '../options/options.ts';
import { type Axes, axisNamed, axisOptions, readSeeds, readValues } from './axes.ts';
import { checkSchema, fileComparisonOptions, fileOptions } from './config-schema.ts';

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
  return readConfig(readConfigText(path), path);
}

/** The same from the file's text. */
export function readConfig(text: string, path: string): ConfigFile {
  const content = parseConfigJson(text, path);
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
