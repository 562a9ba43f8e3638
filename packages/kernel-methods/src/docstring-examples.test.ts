import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import * as datasets from '@kernel-methods/datasets';
import * as distributed from '@kernel-methods/distributed';
import * as features from '@kernel-methods/features';
import * as losses from '@kernel-methods/losses';
import * as models from '@kernel-methods/models';
import * as random from '@kernel-methods/random';
import * as tables from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

// The examples of docstrings run as they stand. Those of simd run in its own package.
const packages = { random, losses, features, datasets, tables, models, distributed };

const files = mkdtempSync(join(tmpdir(), 'kernel-methods-examples-'));
const fileSystem = (path: string) => models.fileSystem(join(files, path));
const scope = { tf, ...tfl, ...Object.assign({}, ...Object.values(packages)), fileSystem };

/** What needs the network, a browser, a file, a Redis, a runner of tests, or names that its text explains. */
const needsMore =
  /\bload(Mnist|FashionMnist|Kmnist)\(|indexeddb:|'[\w.]+\.(csv|tsv|gz|arrow|parquet|npy)'|^test\(|startWorker\(|`state`|ransform\(table/m;

const examples = Object.keys(packages).flatMap((name) => {
  const folder = fileURLToPath(new URL(`../../${name}/src`, import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(?!.*(\.test\.|fixtures)).*\.ts$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const found = text.matchAll(/^ *\* @example\n((?: *\* ?.*\n)*?) *(?:\*\/|\* @)/gm);
      return [...found].map(([, body]) => ({ place: `${name}/${file}`, code: codeOf(body) }));
    });
});

/** The code of a docstring's lines: everything that it imports is in scope, and types are left out. */
function codeOf(body: string): string {
  return body
    .split('\n')
    .map((line) => line.replace(/^ *\* ?/, ''))
    .filter((line) => !/^(```|import )/.test(line))
    .join('\n')
    .replace(/^export /gm, '');
}

const isTyped = ({ code }: { code: string }) =>
  /: (ShiftInvariantKernel|string|number)\b|interface /.test(code);
const runnable = examples.filter((one) => !needsMore.test(one.code) && !isTyped(one));

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(files, { recursive: true }));

it('finds examples, and runs nearly all', () => {
  expect(examples.length).toBeGreaterThan(130);
  expect(runnable.length).toBeGreaterThan(examples.length - 20);
});

const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (scope: object) => Promise<void>;

it.each(runnable)('the example in $place runs: $code', async ({ code }) => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  await new AsyncFunction('scope', `with (scope) {${code}\n}`)(scope);
});
