import { percent } from '@kernel-methods/report';
import type { ColumnType } from '@kernel-methods/tables';
import type { InputColumn, ModelRecord } from '../model/model-record.ts';
import { coverageOf } from '../model/saved-predictor.ts';
import { isoDate } from './iso-date.ts';

type Schema = Readonly<Record<string, unknown>>;

const types: Readonly<Record<ColumnType, Schema>> = {
  number: { type: ['number', 'null'] },
  category: { type: ['string', 'null'] },
  text: { type: ['string', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  date: {
    type: ['string', 'null'],
    pattern: isoDate,
    description: 'a day or a time as ISO 8601 writes it, such as 2026-11-30; without a zone UTC',
  },
};

/** The OpenAPI document of the service, made from the columns of its models. */
export function openApi(
  models: readonly { readonly name: string; readonly record: ModelRecord }[],
  interval?: number,
): Schema {
  return {
    openapi: '3.1.0',
    info: { title: 'Predictions of kernel-methods', version: '1' },
    paths: {
      // The first model answers without a name.
      '/predict': predictPath(models[0]),
      ...Object.fromEntries(
        models.map((one) => [`/models/${encodeURIComponent(one.name)}/predict`, predictPath(one)]),
      ),
      '/models': simple('The models, their columns and scores', 'application/json'),
      '/health': simple('Whether the service answers', 'application/json'),
      '/metrics': simple('Figures for Prometheus', 'text/plain'),
      '/openapi.json': simple('This document', 'application/json'),
    },
    components: {
      schemas: Object.fromEntries(
        models.flatMap(({ name, record }) => [
          [`${name}.row`, rowSchema(record)],
          [`${name}.answer`, answerSchema(record, interval)],
        ]),
      ),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function predictPath({ name, record }: { name: string; record: ModelRecord }): Schema {
  const row = { $ref: `#/components/schemas/${name}.row` };
  const answer = { $ref: `#/components/schemas/${name}.answer` };
  const rows = { type: 'array', items: row, minItems: 1 };
  const fault = (description: string) => ({
    description,
    content: { 'application/json': { schema: faultSchema } },
  });
  return {
    post: {
      summary: `Predicts ${record.target}: ${record.description}`,
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              anyOf: [row, rows, { type: 'object', required: ['rows'], properties: { rows } }],
            },
          },
          'text/csv': {
            schema: { type: 'string', description: 'the first line names the columns' },
          },
        },
      },
      responses: {
        200: {
          description: 'A prediction, or one for each row, in their order',
          content: {
            'application/json': {
              schema: {
                anyOf: [
                  answer,
                  { type: 'object', properties: { predictions: { type: 'array', items: answer } } },
                ],
              },
            },
            'text/csv': { schema: { type: 'string' } },
          },
        },
        400: fault('The body is no JSON or CSV'),
        401: fault('The token is missing or wrong'),
        413: fault('The body is too large, or has too many rows'),
        422: fault('A row does not fit the columns'),
        503: fault('Too many requests at a time'),
      },
    },
  };
}

const faultSchema: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: { type: 'string' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          row: { type: 'integer', description: 'from 1' },
          column: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
  },
};

const rowSchema = ({ columns }: ModelRecord): Schema => ({
  type: 'object',
  required: columns.map(({ name }) => name),
  properties: Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])),
});

function columnSchema({ type, levels, min, max }: InputColumn): Schema {
  const seen =
    levels !== undefined
      ? `in training for example ${levels.join(', ')}`
      : min !== undefined && type === 'number'
        ? `in training from ${min} to ${max}`
        : undefined;
  return { ...types[type], ...(seen && { description: seen }) };
}

function answerSchema(record: ModelRecord, interval: number | undefined): Schema {
  const { task, targetColumns, classes = [], rejecting } = record;
  const coverage = coverageOf(record, interval);
  const holds = (what: string) => ({
    description: `${what} the truth in ${percent(coverage!)} of rows`,
  });
  if (task === 'regression') {
    const number = { type: 'number' };
    const ends = { lower: { ...number, ...holds('with upper, holds') }, upper: number };
    return {
      type: 'object',
      required: ['prediction', ...(coverage === undefined ? [] : ['lower', 'upper'])],
      properties: { prediction: number, ...(coverage !== undefined && ends) },
    };
  }
  const share = { type: 'number', minimum: 0, maximum: 1 };
  const labels = {
    ...{ type: 'array', items: { enum: classes }, uniqueItems: true },
    ...(targetColumns && { description: `the columns that are 1, of ${targetColumns.join(', ')}` }),
  };
  const set = { type: 'array', items: { enum: classes }, ...holds('the classes that hold') };
  return {
    type: 'object',
    required: ['prediction', 'probabilities', ...(coverage === undefined ? [] : ['set'])],
    properties: {
      prediction:
        task === 'multilabel'
          ? labels
          : rejecting
            ? { enum: [...classes, null], description: 'null for a row of none of the classes' }
            : { enum: classes },
      probabilities: {
        type: 'object',
        properties: Object.fromEntries(classes.map((label) => [String(label), share])),
      },
      ...(coverage !== undefined && { set }),
    },
  };
}

const simple = (summary: string, type: string): Schema => ({
  get: { summary, responses: { 200: { description: summary, content: { [type]: {} } } } },
});
