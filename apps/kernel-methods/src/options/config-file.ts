import { UsageError } from '@kernel-methods/runner';
import {
  describeOption,
  membersOf,
  type Option,
  objectSchema,
  parseConfigJson,
  readConfigText,
  readValue,
} from '@kernel-methods/runner/options';
import { commands } from './commands.ts';

type Table = Readonly<Record<string, Option<unknown>>>;

/** For the command line alone: where the file itself is. */
const notInFile = ['config'];

const inFile = (table: Table): Table =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !notInFile.includes(name)));

/**
 * The options of a command in a file that `--config` names: an object for each command, with the
 * options by their names in camelCase.
 *
 * @throws UsageError naming the file, the place in it, the rule and the value.
 */
export function readConfigFile(
  path: string,
  command: string,
  table: Table,
): Readonly<Record<string, unknown>> {
  const content = parseConfigJson(readConfigText(path), path);
  try {
    const sections = ['$schema', ...Object.keys(commands).filter((name) => name !== 'schema')];
    const file = membersOf(content, 'the file', sections);
    const known = inFile(table);
    const members = membersOf(file[command] ?? {}, command, Object.keys(known));
    return Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        readValue(known[name], value, `${command}.${name}`),
      ]),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${path}: ${error.message}`);
  }
}

/** The JSON schema of the file, from the tables that read it. */
export function configSchema() {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Options of kernel-methods, by command',
    ...objectSchema({
      $schema: { type: 'string', description: 'where editors find this description' },
      ...Object.fromEntries(
        Object.entries(commands)
          .filter(([name]) => name !== 'schema')
          .map(([name, { help, options }]) => [
            name,
            {
              description: help,
              ...objectSchema(
                Object.fromEntries(
                  Object.entries(inFile(options)).map(([option, definition]) => [
                    option,
                    describeOption(definition),
                  ]),
                ),
              ),
            },
          ]),
      ),
    }),
  };
}
