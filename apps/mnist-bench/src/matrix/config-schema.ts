import { UsageError } from '@kernel-methods/runner';
import { describeOption, type Option, objectSchema } from '@kernel-methods/runner/options';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { comparisonOptions } from '../options/comparison-options.ts';
import { options } from '../options/options.ts';
import { type AxisName, axisNames, axisOptions, mostSeeds } from './axes.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The JSON schema of a configuration file, for editors: from the tables that read it. */
export function configSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A comparison of mnist-bench',
    ...objectSchema({
      $schema: { type: 'string', description: 'where editors find this description' },
      options: {
        description: 'options of all runs, by the names of the command line in camelCase',
        ...objectSchema(mapValues(fileOptions, describeOption)),
      },
      matrix: {
        description:
          'what differs between the runs: every sensible combination is run; or several of these',
        anyOf: [axes, { type: 'array', items: axes }],
      },
      comparison: {
        description: 'how often each is run, and what becomes of the results',
        ...objectSchema(mapValues(fileComparisonOptions, describeOption)),
      },
    }),
    $defs: { axes: objectSchema(Object.fromEntries(axisNames.map((name) => [name, axis(name)]))) },
  };
}

const axes = { $ref: '#/$defs/axes' };

function axis(name: AxisName): Schema {
  const { help, rule }: Option<unknown> = options[axisOptions[name]];
  const list = { type: 'array', items: rule.schema, minItems: 1, uniqueItems: true };
  const one =
    name === 'seeds'
      ? {
          type: 'integer',
          minimum: 1,
          maximum: mostSeeds,
          description: 'the number of seeds, counted from 0',
        }
      : rule.schema;
  return { description: help, anyOf: [list, one] };
}

const mapValues = <T>(table: Readonly<Record<string, T>>, map: (value: T) => Schema) =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, map(value)]));

/** The options of a run that a configuration file may set. */
export const fileOptions = Object.fromEntries(
  [...Object.values(axisOptions), 'data' as const].map((name) => [name, options[name]]),
);

const { matrix, config, makePython, dryRun, resume, ...kept } = comparisonOptions;

/**
 * The options of a comparison that a configuration file may set: those that say what to do this time
 * are for the command line alone. `json` is the comparison's here.
 */
export const fileComparisonOptions = { ...kept, json: options.json };

const ajv = new Ajv2020({ strict: false, allErrors: false });
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
