import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = import.meta.dirname;
const { sideEffects } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')) as {
  sideEffects: string[];
};

// Bundlers drop `import '@kernel-methods/features'`, and with it the registration of the layers,
// unless the entry itself is listed; and a listed entry keeps only those of its files that are too.
it('bundlers keep the entry and every file that registers something', () => {
  const registering = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) =>
      /^(registerLayer|tf\.registerGradient)\(/m.test(readFileSync(join(folder, file), 'utf8')),
    );
  expect(registering.length).toBeGreaterThan(10);
  const expected = ['index.ts', ...registering].flatMap((file) => [
    `./dist/${file.replace(/\.ts$/, '.js')}`,
    `./src/${file}`,
  ]);
  expect(sideEffects.toSorted()).toEqual(expected.toSorted());
});
