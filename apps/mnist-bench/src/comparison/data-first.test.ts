import { DatasetError } from '@kernel-methods/datasets';
import { createOutput } from '@kernel-methods/report';
import { describe, expect, it } from 'vitest';
import { parse } from '../options/parse.ts';
import { dataFirst } from './data-first.ts';
import { resolveRequest } from './request.ts';

/** What was loaded, what was said and what comes back, where `missing` cannot be had. */
async function first(args: readonly string[], missing?: unknown) {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  const loaded: string[] = [];
  const request = resolveRequest(parse(['--repeats', '1', ...args]));
  const result = await dataFirst(
    request,
    { signal: new AbortController().signal, output: createOutput(stream, stream, {}) },
    async ({ dataset }) => {
      loaded.push(dataset);
      if (missing !== undefined) throw missing;
      return undefined as never;
    },
  );
  return {
    loaded,
    said: said.join(''),
    given: result.given.dataset,
    config: result.config.dataset,
  };
}

const offline = new DatasetError('network', 'mnist', 'could not be downloaded.');

describe('dataFirst', () => {
  it('loads each data set once, and names the one that was not named', async () => {
    expect(await first([])).toEqual({
      loaded: ['mnist'],
      said: '',
      given: 'mnist',
      config: 'mnist',
    });
    const named = await first(['--matrix', 'datasets=kmnist,synthetic,mnist', 'rows=50,100']);
    expect(named).toMatchObject({ loaded: ['kmnist', 'mnist'], given: undefined });
    expect((await first(['--dataset', 'synthetic'])).loaded).toEqual([]);
  });

  it('lets all runs be on synthetic digits, and says so once', async () => {
    const { said, given, config } = await first([], offline);
    expect([given, config]).toEqual(['synthetic', 'synthetic']);
    expect(said).toMatch(/^WARNING: MNIST cannot be had, .* SYNTHETIC digits.*\n$/);
  });

  it.each([
    [['--dataset', 'mnist'], offline],
    [['--data', 'folder'], offline],
    [['--matrix', 'datasets=mnist'], offline],
    [[], new DatasetError('checksum', 'mnist', 'damaged.')],
  ])('lets nothing stand in for what %j names, nor for what is damaged', async (args, error) => {
    await expect(first(args, error)).rejects.toBe(error);
  });
});
