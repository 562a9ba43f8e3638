import { nearest } from '../options/nearest.ts';
import type { Option } from '../options/option.ts';
import { broken } from '../options/read-option.ts';

/**
 * The value of an option in a file of JSON: a number for a number, a string for a name or a path,
 * true or false for a word alone, an array for a list of names.
 *
 * @throws UsageError naming the place, the rule, the value and the nearest known name.
 */
export function readValue(option: Option<unknown>, value: unknown, place: string): unknown {
  const { rule } = option;
  if (typesIn(rule.schema).includes('boolean')) {
    if (typeof value === 'boolean') return value;
    throw broken(place, 'true or false', shown(value));
  }
  const text = textOf(option, value, place);
  const read = rule.read(text);
  if (read === undefined) throw unknown(option, value, place);
  return read;
}

/** The text of a value as the command line would have it. */
export function textOf(option: Option<unknown>, value: unknown, place: string): string {
  const types = typesIn(option.rule.schema);
  if (Array.isArray(value) && types.includes('array') && value.length > 0) {
    // A comma would make two of one.
    const wrong = value.find((one) => typeof one !== 'string' || one.includes(','));
    if (wrong === undefined) return value.join(',');
  }
  if (typeof value === 'string' && value !== '' && types.includes('string')) return value;
  if (typeof value === 'number' && types.includes('number')) return String(value);
  throw unknown(option, value, place);
}

function unknown({ rule }: Option<unknown>, value: unknown, place: string) {
  const wrong = [value].flat().find((one) => rule.read(String(one)) === undefined) ?? value;
  const meant = nearest(String(wrong), rule.names ?? []);
  const must = typesIn(rule.schema).includes('array')
    ? `an array of names among ${rule.names?.join(', ')}`
    : rule.must;
  return broken(place, `${must}${meant ? ` (did you mean ${meant}?)` : ''}`, shown(value));
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The types of JSON that the schema allows. */
function typesIn(schema: Readonly<Record<string, unknown>>): string[] {
  if (Array.isArray(schema.anyOf)) return schema.anyOf.flatMap(typesIn);
  if ('enum' in schema || 'const' in schema) return ['string'];
  return [schema.type === 'integer' ? 'number' : String(schema.type)];
}
