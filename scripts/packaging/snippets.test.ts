import { expect, test } from 'vitest';
import { importsOf, snippetsOf } from './snippets.ts';

const fence = '```';

test('takes the TypeScript blocks, in order, with their lines', () => {
  const text = `# Title\n\n${fence}sh\nnpm install\n${fence}\n\n${fence}ts\nlet a = 1;\n\na++;\n${fence}\n\n${fence}ts\nlet b;\n${fence}\n`;
  expect(snippetsOf(text)).toEqual([
    { line: 7, code: 'let a = 1;\n\na++;', run: true, browser: true },
    { line: 13, code: 'let b;', run: true, browser: true },
  ]);
});

test('reads the words after the fence', () => {
  const [a, b] = snippetsOf(`${fence}ts no-run\n${fence}\n${fence}ts node\n${fence}`);
  expect([a.run, a.browser, b.run, b.browser]).toEqual([false, true, true, false]);
  expect(() => snippetsOf(`${fence}ts norun\n${fence}`)).toThrow('line 1: norun');
});

test('a block within another fence is text', () => {
  expect(snippetsOf(`${fence}\`md\n${fence}ts\nlet a;\n${fence}\n${fence}\`\n`)).toEqual([]);
});

test('an indented block loses its indent; Windows line ends are read', () => {
  const text = `- item\r\n  ${fence}ts\r\n  if (a) {\r\n    b();\r\n  }\r\n  ${fence}\r\n`;
  expect(snippetsOf(text)[0].code).toBe('if (a) {\n  b();\n}');
});

test('an open fence is an error', () => {
  expect(() => snippetsOf(`${fence}ts\nlet a;\n`)).toThrow('line 1 is not closed');
});

test('finds the packages a snippet imports', () => {
  const code = `import '@tensorflow/tfjs-backend-cpu';
import * as tf from "@tensorflow/tfjs-core";
import { readFile } from 'node:fs/promises';
import {
  a,
  b,
} from 'plain/deep';
import { x } from './near.ts';
export { z } from '@kernel-methods/random';
const late = await import('late');
import type { T } from '@tensorflow/tfjs-core';`;
  expect(importsOf(code)).toEqual([
    '@tensorflow/tfjs-backend-cpu',
    '@tensorflow/tfjs-core',
    'plain',
    '@kernel-methods/random',
    'late',
  ]);
});
