import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { toolCommand } from '../../tool.js';
import { command } from '../command.ts';
import { pack } from '../pack.ts';
import { makeProject } from '../project.ts';
import { published } from '../workspace.ts';

// The declarations as installed, without skipLibCheck. Errors in those of others do not count.
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'kernel-methods-typescript-')));
afterAll(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));

const tarballs = new Map<string, string>();
for (const one of published) {
  tarballs.set(one.manifest.name, await pack(one, join(temporary, 'tarballs')));
}
const names = published.map(({ manifest }) => manifest.name);
const code = names.map((name, i) => `export * as p${i} from '${name}';`).join('\n');
const { folder } = await makeProject(
  join(temporary, 'project'),
  names,
  [{ line: 1, code, run: false, browser: true }],
  tarballs,
);

test.each(['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '7'])('TypeScript %s', async (version) => {
  const config = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
  Object.assign(config.compilerOptions, {
    target: 'es2022',
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  });
  const file = join(folder, `tsconfig-${version}.json`);
  writeFileSync(file, JSON.stringify(config));
  const tool = version === '7' ? 'typescript' : `typescript-${version}`;
  const output = await command(toolCommand(tool, 'tsc', ['-p', file, '--pretty', 'false']), folder)
    .then(() => '')
    .catch((error: Error) => error.message);
  const faults = output.split('\n').filter((line) => /error TS\d+/.test(line));
  if (output && faults.length === 0) throw new Error(output);
  expect(faults.filter((line) => !/node_modules\/(?!@?kernel-methods)/.test(line))).toEqual([]);
});
