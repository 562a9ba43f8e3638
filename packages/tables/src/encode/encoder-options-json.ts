import { fail, show } from '../check.ts';
import { booleanEncoder } from './boolean-encoder.ts';
import { categoryEncoder } from './category-encoder.ts';
import type { ColumnEncoder, Json } from './column-encoder.ts';
import { dateEncoder } from './date-encoder.ts';
import { type ColumnChoice, checkOptions, type TableEncoderOptions } from './encoder-choice.ts';
import { numberEncoder } from './number-encoder.ts';
import { ordinalEncoder } from './ordinal-encoder.ts';
import { targetEncoder } from './target-encoder.ts';
import { textEncoder } from './text-encoder.ts';

/** Makes an encoder of a kind from its `options`. */
const factories = new Map<string, (options: never) => ColumnEncoder>(
  Object.entries({
    number: numberEncoder,
    category: categoryEncoder,
    ordinal: ordinalEncoder,
    boolean: () => booleanEncoder(),
    date: () => dateEncoder(),
    text: textEncoder,
    target: targetEncoder,
  }),
);

/** The options of a table encoder as JSON: an encoder is its kind and its own options. */
export function optionsToJSON({ columns = {}, ...rest }: TableEncoderOptions): Json {
  const plain = (value: unknown): Json =>
    typeof value === 'object' && value !== null
      ? encoderToJSON(value as ColumnEncoder)
      : (value as Json);
  const mapped = (values: object): { [name: string]: Json } =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, plain(value)]),
    );
  return { ...mapped(rest), ...(Object.keys(columns).length > 0 && { columns: mapped(columns) }) };
}

const encoderToJSON = ({ kind, options }: ColumnEncoder): Json => ({
  kind,
  ...(options !== undefined && { options }),
});

/**
 * The same options back.
 *
 * @param encoders of one's own, which stand for those of the same kind.
 * @throws RangeError if an encoder is of a kind that is not known, or the options are not valid.
 */
export function optionsFromJSON(
  json: Json,
  encoders: readonly ColumnEncoder[],
): TableEncoderOptions {
  const choice = (saved: Json): ColumnChoice => {
    if (saved === 'drop' || typeof saved !== 'object' || saved === null) return saved as 'drop';
    const { kind, options = {} } = saved as { kind: string; options?: Json };
    if (!isRecord(options)) fail('json.options', `the options of ${show(kind)}`, options);
    const own = encoders.find((encoder) => encoder.kind === kind);
    const make = factories.get(kind);
    if (own === undefined && make === undefined) {
      throw new RangeError(`\`encoders\` must hold one of the kind ${show(kind)}. Received: none.`);
    }
    return own ?? (make as (options: unknown) => ColumnEncoder)(withInfinity(options));
  };
  const mapped = (saved: { readonly [name: string]: Json }) =>
    Object.fromEntries(Object.entries(saved).map(([name, one]) => [name, choice(one)]));
  if (!isRecord(json) || !(json.columns === undefined || isRecord(json.columns))) {
    fail('json.options', 'the options of a table encoder', json);
  }
  const { columns, ...rest } = json as { [name: string]: Json };
  const options = {
    ...mapped(rest),
    ...(columns !== undefined && { columns: mapped(columns as { [name: string]: Json }) }),
  } as TableEncoderOptions;
  checkOptions(options);
  return options;
}

const isRecord = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `givenOptions` in reverse. */
const withInfinity = (options: Json): Json =>
  isRecord(options)
    ? Object.fromEntries(
        Object.entries(options).map(([name, value]) => [
          name,
          value === 'Infinity' ? (Number.POSITIVE_INFINITY as Json) : value,
        ]),
      )
    : options;
