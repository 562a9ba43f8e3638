import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@kernel-methods/runner';
import type { Option } from '@kernel-methods/runner/options';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparisonOptions } from '../options/comparison-options.ts';
import { options } from '../options/options.ts';
import { axisNames } from './axes.ts';
import { readConfig, readConfigFile } from './config-file.ts';
import { configSchema } from './config-schema.ts';
import { plan } from './plan.ts';

const inApp = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (content: unknown) => readConfig(JSON.stringify(content), 'bench.json');

describe('a configuration file', () => {
  it('says what the command line says', () => {
    expect(
      read({
        $schema: './bench.schema.json',
        options: { kernel: 'laplacian', rows: 'all', l2: 1e-6, data: 'folder' },
        matrix: { dims: [512, 1024], losses: 'mse', seeds: 2, rows: [100, 'all'] },
        comparison: { repeats: 3, against: ['keras', 'sklearn'], sort: 'seconds', json: 'a.json' },
      }),
    ).toEqual({
      given: { kernel: 'laplacian', rows: 'all', l2: 1e-6, data: 'folder', json: 'a.json' },
      matrices: [{ outputDim: [512, 1024], loss: ['mse'], seed: [0, 1], rows: [100, 'all'] }],
      comparison: { repeats: 3, against: ['keras', 'sklearn'], sort: 'seconds' },
    });
    expect(read({ matrix: [{ seeds: [7] }, { filters: 1 }] }).matrices).toEqual([
      { seed: [7] },
      { filters: [1] },
    ]);
    expect(readConfig('\uFEFF{}', 'a')).toEqual({ given: {}, matrices: [], comparison: {} });
  });

  it.each([
    [[], '`the file` must be an object. Received: [].'],
    [{ optoins: {} }, 'comparison (did you mean options?). Received: optoins.'],
    [{ options: 3 }, '`options` must be an object. Received: 3.'],
    [{ options: { kernal: 'gaussian' } }, '(did you mean kernel?). Received: kernal.'],
    [{ options: { save: 'x' } }, '`options` must be an object with members among variant,'],
    [{ options: { kernel: 'gausian' } }, '(did you mean gaussian?). Received: gausian.'],
    [{ options: { epochs: '3' } }, '`options.epochs` must be an integer from 1 to 10000.'],
    [
      { options: { epochs: 0 } },
      '`options.epochs` must be an integer from 1 to 10000. Received: 0.',
    ],
    [{ options: { kernel: null } }, 'cauchy. Received: null.'],
    [
      { options: { rows: '300' } },
      '`options.rows` must be an integer from 2 to 60000, or all. Received: "300".',
    ],
    [
      { options: { scale: '5' } },
      '`options.scale` must be a positive finite number. Received: "5".',
    ],
    [{ comparison: { against: ['keras', 'keras'] } }, 'each once. Received: ["keras","keras"].'],
    [{ $schema: 3 }, '`$schema` must be string (bench.schema.json). Received: 3.'],
    [{ matrix: { kernel: ['gaussian'] } }, '(did you mean kernels?). Received: kernel.'],
    [
      { matrix: { kernels: ['gaussian', 'laplasian'] } },
      'bench.json: `matrix.kernels[1]` must be one of gaussian, laplacian, isotropic-laplacian, matern-3/2, matern-5/2, rational-quadratic, cauchy (did you mean laplacian?). Received: laplasian.',
    ],
    [{ matrix: [{}, { dims: 0 }] }, '`matrix[1].dims` must be an integer from 1 to 65536.'],
    [{ matrix: 3 }, '`matrix` must be an object. Received: 3.'],
    [{ matrix: { kernels: [] } }, '`matrix.kernels` must be one value or more. Received: [].'],
    [{ matrix: { dims: [1, 1] } }, '`matrix.dims[1]` must be without repetition. Received: 1.'],
    [{ matrix: { dims: [1, '2'] } }, '`matrix.dims[1]` must be an integer from 1 to 65536.'],
    [{ matrix: { dims: [[1]] } }, '`matrix.dims[0]` must be an integer from 1 to 65536.'],
    [{ matrix: { batchSizes: 1, 'batch-sizes': 2 } }, '`matrix.batchSizes` must be there once.'],
    [{ matrix: { seeds: 0 } }, '`matrix.seeds` must be a number of seeds from 1 to 1000'],
    [{ comparison: { sort: 'time' } }, '`comparison.sort` must be one of accuracy, seconds,'],
    [{ comparison: { against: ['sklern'] } }, '(did you mean sklearn?). Received: ["sklern"].'],
    [{ comparison: { against: 'keras' } }, '`comparison.against` must be an array of names among'],
    [{ comparison: { dryRun: true } }, '`comparison` must be an object with members among'],
  ])('with %j is refused', (content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  it('that is no JSON tells where', () => {
    expect(() => readConfig('{\n  "matrix": { "seeds": }\n}', 'bench.json')).toThrow(
      '`--config` must be JSON, and is none from line 2, column 24 on. Received: bench.json.',
    );
  });

  it('that has an option twice tells of the second, which JSON.parse would take', () => {
    expect(() => readConfig('{\n  "options": { "seed": 1, "seed": 2 }\n}', 'bench.json')).toThrow(
      'bench.json: `seed` must be given once in an object. Received: a second one in line 2, column 27.',
    );
  });

  it('that is nested deeply is refused in words', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[', ''],
    ]) {
      const text = `{"matrix": ${open.repeat(1e5)}1${close.repeat(1e5)}}`;
      expect(() => readConfig(text, 'bench.json')).toThrow(
        '`--config` must be JSON of at most 100 levels. Received: bench.json.',
      );
    }
  });

  /** The schema is the rule; the reader's words only say it better. */
  it('that is read is one that its schema allows', () => {
    const validate = new Ajv2020({ strict: false }).compile(configSchema());
    const value = fc.oneof(
      fc.constantFrom('300', 'all', 'gaussian', 'mse', 'yes', '', '1e-3'),
      fc.integer({ min: -1, max: 70_000 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    const members = (names: readonly string[]) =>
      fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value, { maxLength: 3 })), {
        maxKeys: 2,
      });
    const content = fc.record(
      {
        $schema: fc.oneof(fc.string(), value),
        options: members(Object.keys(options)),
        matrix: members(axisNames),
        comparison: members(Object.keys(comparisonOptions)),
      },
      { requiredKeys: [] },
    );
    let held = 0;
    fc.assert(
      fc.property(content, (config) => {
        const text = JSON.stringify(config);
        try {
          readConfig(text, 'bench.json');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          return;
        }
        held += 1;
        expect(validate(JSON.parse(text)), text).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(held).toBeGreaterThan(50);
  });

  it('that is not there is refused', () => {
    expect(() => readConfigFile('nowhere.json')).toThrow(
      '`--config` must be a file that can be read (ENOENT). Received: nowhere.json.',
    );
  });
});

describe('configSchema', () => {
  const text = readFileSync(inApp('bench.schema.json'), 'utf8');

  it('is what bench.schema.json holds', () => {
    expect(
      JSON.parse(text),
      'the tables of options have changed; the first lines of bench/write-schema.ts say how to write it anew',
    ).toEqual(JSON.parse(JSON.stringify(configSchema())));
  });

  it('describes every option by its rule', () => {
    const { properties } = JSON.parse(text);
    const all: Record<string, Option<unknown>> = { ...options, ...comparisonOptions };
    for (const section of ['options', 'comparison']) {
      for (const [name, schema] of Object.entries(properties[section].properties)) {
        expect(schema).toMatchObject(JSON.parse(JSON.stringify(all[name].rule.schema)));
        expect((schema as { description: string }).description).toContain(all[name].help);
      }
    }
  });

  /** A default that its own schema refuses would be marked wrong by every editor. */
  it('allows its defaults', () => {
    for (const [name, { fallback, rule }] of Object.entries<Option<unknown>>(options)) {
      if (fallback === undefined || name === 'progress' || !rule.names) continue;
      expect(rule.schema.enum).toContain(fallback);
    }
  });
});

it('bench.example.json runs, and knows its schema', () => {
  const path = inApp('bench.example.json');
  const { given, matrices, comparison } = readConfigFile(path);
  expect(comparison.html).toBeDefined();
  const command = () => ({ file: '', args: [] });
  const { jobs, skipped } = plan({ given, axes: matrices[0], repeats: 1, command });
  expect([jobs.length, skipped.length]).toEqual([48, 8]);
  const { $schema, ...sections } = JSON.parse(readFileSync(path, 'utf8'));
  expect($schema).toBe('./bench.schema.json');
  const { properties, $defs } = JSON.parse(readFileSync(inApp('bench.schema.json'), 'utf8'));
  properties.matrix = $defs.axes;
  for (const [section, members] of Object.entries<object>(sections)) {
    for (const name of Object.keys(members)) {
      expect(properties[section].properties).toHaveProperty(name);
    }
  }
});
