import { describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { parse } from '../options/parse.ts';
import { commandOf } from './command.ts';

describe('commandOf', () => {
  it.each([
    [{}],
    [{ variant: 'limit', seed: 3 } as const],
    [{ map: 'nystroem', rows: 5000, l2: 1e-9, learningRate: 0.5 } as const],
  ])('says the same configuration again: %j', (given) => {
    const config = complete(given);
    const { args } = commandOf(config);
    const main = args.findIndex((arg) => arg.endsWith('main.ts'));
    expect(parse(args.slice(main + 1)).config).toEqual({ ...config, progress: 'json' });
  });

  it('keeps from its runs what is for the whole', () => {
    const config = complete({ json: 'all.json', data: 'folder' });
    const { args } = commandOf(config);
    expect(args).not.toContain('--json');
    expect(args).toContain('--data');
  });
});
