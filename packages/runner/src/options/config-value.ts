import { nearest } from '@kernel-methods/check';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { broken, shownBy } from './read-option.ts';
import { mustOf, type Option } from './rules.ts';

type Schema = Readonly<Record<string, unknown>>;

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
export function textOf(option: Option<unknown>, value: unknown, place: string): string {
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
  const given =
    typeof value === 'string' ? (rule.names ? value : shown(shownBy(rule, value))) : shown(value);
  return broken(place, `${must}${meant ? ` (did you mean ${meant}?)` : ''}`, given);
}

const shown = (value: unknown) => JSON.stringify(value);

const ajv = new Ajv2020({ strict: false, allErrors: false });
const compiled = new Map<object, ValidateFunction>();

/** Whether a value is what a JSON schema describes. */
export function fits(schema: Readonly<Record<string, unknown>>, value: unknown): boolean {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate(value);
}

/** An option in a JSON schema, for editors. */
export function describeOption({ help, note, shown, fallback, rule }: Option<unknown>): Schema {
  const text = note === undefined ? help : `${help}; ${note}`;
  const standard = shown === undefined ? '' : ` (default ${shown})`;
  return {
    description: `${text}${standard}`,
    ...rule.schema,
    ...(shown === undefined && fallback !== undefined && { default: fallback }),
  };
}

/** The schema of an object with these members and no others. */
export const objectSchema = (properties: Schema) => ({
  type: 'object',
  additionalProperties: false,
  properties,
});
