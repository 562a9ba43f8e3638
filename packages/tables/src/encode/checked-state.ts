import { rangeError } from '@kernel-methods/check';
import { show } from '../check.ts';
import type { Json } from './column-encoder.ts';

/** A rule for one value of a saved state. */
export type Rule = (value: unknown) => boolean;

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !isArray(value);

export const isNumber: Rule = (value) => typeof value === 'number' && Number.isFinite(value);
export const isPositive: Rule = (value) => isNumber(value) && (value as number) > 0;
export const isNotNegative: Rule = (value) => isNumber(value) && (value as number) >= 0;
export const isFlag: Rule = (value) => typeof value === 'boolean';
export const isOneOf =
  (...values: readonly unknown[]): Rule =>
  (value) =>
    values.includes(value);

/** An array, of this length if one is given. */
export const isListOf =
  (rule: Rule, length?: number): Rule =>
  (value) =>
    isArray(value) && (length === undefined || value.length === length) && value.every(rule);

/** Strings, none twice. */
export const areNames: Rule = (value) =>
  isListOf((one) => typeof one === 'string')(value) &&
  new Set(value as string[]).size === (value as string[]).length;

export const either =
  (...rules: readonly Rule[]): Rule =>
  (value) =>
    rules.some((rule) => rule(value));

/** An object with these fields and no others. */
export const hasFields =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value) =>
    isObject(value) &&
    Object.keys(value).length === Object.keys(rules).length &&
    Object.entries(rules).every(([name, rule]) => Object.hasOwn(value, name) && rule(value[name]));

/**
 * The state of a fitted column, from JSON that may be damaged.
 *
 * @throws RangeError that names the first field that breaks its rule.
 */
export function checkedState<State>(
  kind: string,
  json: Json,
  rules: Readonly<Record<keyof State & string, Rule>>,
): State {
  const broken = isObject(json)
    ? Object.entries<Rule>(rules).find(
        ([name, rule]) => !(Object.hasOwn(json, name) && rule(json[name])),
      )?.[0]
    : undefined;
  if (isObject(json) && broken === undefined) return json as State;
  const received = broken === undefined ? json : (json as Record<string, unknown>)[broken];
  const of = broken === undefined ? '' : `, with its \`${broken}\``;
  const rule = `hold what toJSON gave for a column of the encoder ${show(kind)}${of}`;
  throw rangeError('json', rule, show(received));
}
