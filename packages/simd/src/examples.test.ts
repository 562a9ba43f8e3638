import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as api from './index.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** The examples of docstrings, by file and the first line of code. */
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(?!.*(\.test\.|fixtures|wasm)).*\.ts$/.test(file))
  .flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return [...text.matchAll(/^ *\* @example\n((?: *\* ?.*\n)*?) *\*\//gm)].map(([, code]) => {
      const lines = code.split('\n').map((line) => line.replace(/^ *\* ?/, ''));
      return { file, code: lines.join('\n') };
    });
  });

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

// As many as the largest example needs.
const BYTES = 2 ** 24;

// An example of a bundler's import cannot run as it stands.
const runnable = examples.filter(({ code }) => !code.includes('import '));

it('every function that users call has an example', () => {
  const functions = Object.entries(api).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : [],
  );
  const all = examples.map(({ code }) => code).join('\n');
  const without = functions.filter((name) => !new RegExp(`\\b${name}\\b`).test(all));
  expect(without.sort()).toEqual(['SimdMemoryError']);
  expect(examples.length - runnable.length).toBe(1);
  expect(runnable.filter(({ code }) => withResult(code).said).length).toBeGreaterThan(9);
});

it.each(runnable)('the example in $file runs: $code', async ({ code }) => {
  const simd = api.getSimd();
  const pointers = new Map<string, number>();
  // What an example does not define is a pointer to zeros.
  const scope = new Proxy<Record<string, unknown>>(
    { ...api, simd },
    {
      has: (_, name) => typeof name === 'string' && !(name in globalThis),
      get(known, name) {
        if (typeof name !== 'string') return undefined;
        if (Object.hasOwn(known, name)) return known[name];
        if (!pointers.has(name)) {
          const pointer = simd.alloc(BYTES);
          simd.u8(pointer, BYTES).fill(0);
          pointers.set(name, pointer);
        }
        return pointers.get(name);
      },
    },
  );
  try {
    const { body, said } = withResult(code);
    const result = await new AsyncFunction('scope', `with (scope) { ${body} }`)(scope);
    if (!said) return;
    const found = typeof result === 'number' ? [result] : result;
    expect(found).toHaveLength(said.length);
    said.forEach((value, i) => void expect(found[i]).toBeCloseTo(value, 3));
  } finally {
    for (const pointer of pointers.values()) simd.free(pointer);
  }
});

/** The last line of an example may say in a comment which numbers it gives: the code then returns them. */
function withResult(code: string): { body: string; said?: number[] } {
  const lines = code.trimEnd().split('\n');
  const last = /^(?:const \{ (\w+) \} = )?(.*?);? \/\/ (?:(\w+): )?([-\d., ]+)(?:;.*)?$/;
  const [line, taken, expression, named, numbers] = last.exec(lines[lines.length - 1]) ?? [];
  if (line === undefined) return { body: code };
  const name = taken ?? named;
  lines[lines.length - 1] = `return (${expression})${name ? `.${name}` : ''};`;
  return { body: lines.join('\n'), said: numbers.split(',').map(Number) };
}
