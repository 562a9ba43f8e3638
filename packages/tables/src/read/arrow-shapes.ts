import type { TableShape } from './flatbuffer.ts';

// Arrow's Schema.fbs and Message.fbs: https://arrow.apache.org/docs/format/Columnar.html

const nothing: TableShape = () => [];
const unit: TableShape = () => [['unit', 'short']];
const int: TableShape = () => [
  ['bitWidth', 'int'],
  ['signed', 'byte'],
];

/** The tables of the types, at the places of their numbers. */
const types: readonly (TableShape | undefined)[] = [
  undefined,
  nothing, // Null
  int,
  () => [['precision', 'short']], // FloatingPoint
  nothing, // Binary
  nothing, // Utf8
  nothing, // Bool
  () => [
    ['precision', 'int'],
    ['scale', 'int'],
    ['bitWidth', 'int'],
  ], // Decimal
  unit, // Date
  () => [
    ['unit', 'short'],
    ['bitWidth', 'int'],
  ], // Time
  () => [
    ['unit', 'short'],
    ['timezone', 'string'],
  ], // Timestamp
  unit, // Interval
  nothing, // List
  nothing, // Struct
  () => [
    ['mode', 'short'],
    ['typeIds', { items: 4 }],
  ], // Union
  () => [['byteWidth', 'int']], // FixedSizeBinary
  () => [['listSize', 'int']], // FixedSizeList
  () => [['keysSorted', 'byte']], // Map
  unit, // Duration
  nothing, // LargeBinary
  nothing, // LargeUtf8
  nothing, // LargeList
  nothing, // RunEndEncoded
  nothing, // BinaryView
  nothing, // Utf8View
];

const keyValue: TableShape = () => [
  ['key', 'string'],
  ['value', 'string'],
];

const field: TableShape = () => [
  ['name', 'string'],
  ['nullable', 'byte'],
  ['type', { union: types }],
  [
    'dictionary',
    {
      table: () => [
        ['id', 'long'],
        ['indexType', { table: int }],
        ['isOrdered', 'byte'],
        ['kind', 'short'],
      ],
    },
  ],
  ['children', { tables: field }],
  ['metadata', { tables: keyValue }],
];

const schema: TableShape = () => [
  ['endianness', 'short'],
  ['fields', { tables: field }],
  ['metadata', { tables: keyValue }],
  ['features', { items: 8 }],
];

const recordBatch: TableShape = () => [
  ['length', 'long'],
  ['nodes', { items: 16 }],
  ['buffers', { items: 16 }],
  [
    'compression',
    {
      table: () => [
        ['codec', 'byte'],
        ['method', 'byte'],
      ],
    },
  ],
  ['variadicCounts', { items: 8 }],
];

const dictionaryBatch: TableShape = () => [
  ['id', 'long'],
  ['data', { table: recordBatch }],
  ['isDelta', 'byte'],
];

/** A message: a schema (1), a dictionary (2), or rows (3). */
export const messageShape: TableShape = () => [
  ['version', 'short'],
  ['header', { union: [undefined, schema, dictionaryBatch, recordBatch] }],
  ['bodyLength', 'long'],
  ['metadata', { tables: keyValue }],
];

export interface ArrowField {
  readonly typeType: number;
  readonly type: {
    readonly bitWidth?: number;
    readonly precision?: number;
    readonly unit?: number;
    readonly mode?: number;
    readonly byteWidth?: number;
  };
  readonly dictionary?: {
    readonly id?: number;
    readonly indexType?: { readonly bitWidth?: number };
  };
  readonly children?: readonly ArrowField[];
}
