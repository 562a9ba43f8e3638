import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.js';
import { toolCommand } from '../tool.js';
import { command } from './command.ts';
import type { Project } from './project.ts';

interface Way {
  /** How Node is started. */
  readonly flags: readonly string[];
  readonly type: 'commonjs' | 'module';
  readonly load: (name: string) => string;
  readonly config?: object;
}

/**
 * How a test comes to the packages. With its flag Jest has modules of Node's own, for `import` and, from Node 24.9 on,
 * for `require`. Without it Jest transforms what it loads, all but tfjs here, and knows CommonJS alone.
 */
export const jestWays: Record<string, Way> = {
  require: {
    flags: ['--experimental-vm-modules'],
    type: 'commonjs',
    load: (name) => `require('${name}')`,
  },
  import: {
    flags: ['--experimental-vm-modules'],
    type: 'module',
    load: (name) => `await import('${name}')`,
  },
  'require, transformed': {
    flags: [],
    type: 'commonjs',
    load: (name) => `require('${name}')`,
    config: {
      transform: { '\\.[cm]?js$': '<rootDir>/transform.cjs' },
      transformIgnorePatterns: ['/node_modules/@tensorflow/'],
    },
  },
};

/** Runs Jest on a test that loads each package and trains; throws what Jest says if one fails. */
export async function runJest({ folder }: Project, names: string[], way: string): Promise<void> {
  const { flags, type, load, config = {} } = jestWays[way];
  const rootDir = join(folder, `jest-${way.replace(/\W+/g, '-')}`);
  mkdirSync(rootDir, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(rootDir, file), text);
  write('package.json', JSON.stringify({ type, jest: { ...config, testTimeout: 60_000 } }));
  write('transform.cjs', transform);
  write('train.test.js', program(names, load));
  const [node, args] = toolCommand('jest', 'jest', ['--rootDir', rootDir]);
  // Jest looks for package.json where it is started.
  await command([node, ['--no-warnings', ...flags, ...args]], rootDir);
}

/** In place of Babel. */
const transform = `const { transformSync } = require(${JSON.stringify(join(root, 'node_modules/esbuild'))});
const supported = { 'dynamic-import': false };
const options = { format: 'cjs', target: 'node20', supported, logLevel: 'silent' };
module.exports = { process: (code) => ({ code: transformSync(code, options).code }) };
`;

const program = (names: string[], load: (name: string) => string) => `
const x = Array.from({ length: 40 }, (_, i) => [Math.sin(1.3 * i) + 3 * (i % 2), Math.cos(2.1 * i)]);
const y = x.map((_, i) => (i % 2 ? 'odd' : 'even'));
${names
  .map(
    (name) => `test('${name}', async () => {
  expect(Object.keys(${load(name)}).length).toBeGreaterThan(0);
});
`,
  )
  .join('')}
test('trains on tfjs’s cpu backend and on simd, with a map that learns', async () => {
  const tf = ${load('@tensorflow/tfjs-core')};
  ${load('@tensorflow/tfjs-backend-cpu')};
  const { KernelRidge, KernelSVM, pca } = ${load('kernel-methods')};
  for (const backend of ['cpu', 'simd']) {
    await tf.setBackend(backend);
    const features = [pca({ outputDim: 2 })];
    for (const model of [new KernelSVM(), new KernelRidge({ task: 'classification', features })]) {
      await model.fit(x, y);
      expect(await model.score(x, y)).toBeGreaterThan(0.9);
      model.dispose();
    }
  }
});
`;
