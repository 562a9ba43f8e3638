import { writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { temporary } from '../fixtures/tables.ts';
import { type CommandName, commands } from './commands.ts';
import { configSchema } from './config-file.ts';
import { helpText } from './help.ts';
import { type Invocation, parse } from './parse.ts';

const folder = temporary();
afterAll(folder.remove);

const settingsOf = (...args: string[]) => {
  const found = parse(args) as Exclude<Invocation, { help: unknown }>;
  return {
    places: found.asked.places,
    ...(found.asked.settings as Record<string, unknown>),
  } as Record<string, unknown>;
};

describe('parse', () => {
  it('reads a command, its arguments and its options', () => {
    const settings = settingsOf(
      'fit',
      'a.csv',
      'b.csv',
      '--target',
      'y',
      '--time',
      '2m',
      '--drop',
      'p, q',
      '--types',
      'zip=category',
    );
    expect(settings).toMatchObject({
      places: ['a.csv', 'b.csv'],
      ...{ target: 'y', time: 120, drop: ['p', 'q'], types: { zip: 'category' }, seed: 0 },
    });
  });

  it.each([
    ['90', 90],
    ['60s', 60],
    ['1.5m', 90],
    ['1h', 3600],
  ])('--time %s is %i seconds', (text, seconds) => {
    expect(settingsOf('fit', 'a', '--time', text).time).toBe(seconds);
  });

  it.each([
    [
      ['fit'],
      'the command must be: kernel-methods fit FILE… --target COLUMN. Received: no argument.',
    ],
    [['show', 'a', 'b'], 'Received: a b.'],
    [
      ['fit', 'a', '--time', '0'],
      '`--time` must be a time above 0, such as 60s, 5m or 1h. Received: 0.',
    ],
    [['fit', 'a', '--types', 'x=int'], '`--types` must be column=type'],
    [
      ['fit', 'a', '--seed', '1', '--seed', '2'],
      '`--seed` must be given once. Received: 1, then 2.',
    ],
    [['serve', 'm', '--port', '70000'], '`--port` must be an integer from 0 to 65535'],
    [['--save'], 'the command must be one of fit'],
  ])('%j is refused', (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });

  it('answers --help anywhere', () => {
    expect(parse(['fit', '--nonsense', '--help'])).toEqual({ help: 'fit' });
    expect(parse([])).toEqual({ help: undefined });
    expect(parse(['help', 'serve'])).toEqual({ help: 'serve' });
  });
});

describe('a configuration file', () => {
  const write = (content: unknown) => {
    const path = folder.at('config.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('comes after the command line and before the defaults', () => {
    const path = write({
      fit: { target: 'y', time: '5m', drop: ['a'], quiet: true },
      serve: { port: 9 },
    });
    expect(settingsOf('fit', 'd', '--config', path, '--time', '10s')).toMatchObject({
      ...{ target: 'y', time: 10, drop: ['a'], quiet: true, json: false },
    });
    expect(settingsOf('serve', 'm', '--config', path).port).toBe(9);
  });

  it('may have the columns of a target one by one', () => {
    for (const target of ['red,round', ['red', 'round']]) {
      const path = write({ fit: { target } });
      expect(settingsOf('fit', 'd', '--config', path).target).toBe('red,round');
    }
  });

  it.each([
    ['{"fit": {"tim": 1}}', 'did you mean time?'],
    ['{"fit": {"seed": "x"}}', '`fit.seed` must be an integer'],
    ['{"fit": {"time": "soon"}}', '`fit.time` must be a time above 0'],
    ['{"fit": {"target": 5}}', '`fit.target` must be a name, or several separated by commas'],
    ['{"fit": {"target": []}}', '`fit.target` must be a name, or several separated by commas'],
    ['{"fit": {"target": ["a", ""]}}', '`fit.target` must be a name, or several'],
    ['{"fit": ', 'must be JSON, and is none from line 1'],
  ])('%s is refused', (text, message) => {
    const path = write(text);
    expect(() => parse(['fit', 'd', '--config', path])).toThrow(message);
  });

  it('is described by a schema', () => {
    const validate = new Ajv2020({ strict: false }).compile(configSchema());
    expect(validate({ fit: { target: 'y', time: '5m', drop: ['a'] }, serve: { port: 80 } })).toBe(
      true,
    );
    expect(validate({ fit: { target: ['red', 'round'] } })).toBe(true);
    expect(validate({ fit: { target: [] } })).toBe(false);
    expect(validate({ fit: { targets: 'y' } })).toBe(false);
    expect(validate({ serve: { port: -1 } })).toBe(false);
  });
});

it('helps with every command and every option', () => {
  const all = helpText(undefined);
  for (const [name, { usage, options }] of Object.entries(commands)) {
    expect(all).toContain(`  ${usage}`);
    const text = helpText(name as CommandName);
    for (const option of Object.keys(options)) {
      expect(text).toContain(
        `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
    }
  }
  for (const line of helpText('fit', 60).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});
