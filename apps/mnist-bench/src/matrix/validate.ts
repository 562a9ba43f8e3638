import { UsageError } from '@kernel-methods/runner';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { configSchema } from './config-schema.ts';

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

let whole: ValidateFunction | undefined;

/**
 * Holds a configuration to its schema.
 *
 * @throws UsageError naming the place, the rule and the value.
 */
export function checkSchema(content: unknown): void {
  whole ??= ajv.compile(configSchema());
  if (!whole(content)) throw brokenSchema(whole.errors![0], content);
}

function brokenSchema({ instancePath, message, params }: ErrorObject, content: unknown) {
  const names = instancePath.split('/').slice(1);
  const value = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], content);
  const place = names.join('.').replace(/\.(\d+)/g, '[$1]') || 'the file';
  const { additionalProperty } = params as { additionalProperty?: string };
  const received = additionalProperty ?? JSON.stringify(value);
  return new UsageError(`\`${place}\` ${message} (bench.schema.json). Received: ${received}.`);
}
