// `npm run api` writes the public surface of each built package to its `api.md`;
// with `--check` it says which of them are stale, and which exported functions have no example.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { published } from '../packaging/workspace.ts';
import { root } from '../setup.js';
import { withoutExample } from './docstrings.ts';
import { exportedNames } from './names.ts';
import { apiReport } from './report.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const { folder } of published) {
  const report = basename(folder) === 'kernel-methods' ? exportedNames(folder) : apiReport(folder);
  const file = join(folder, 'api.md');
  if (existsSync(file) && readFileSync(file, 'utf8') === report) continue;
  if (check) stale.push(relative(root, file));
  else writeFileSync(file, report);
}
// `check` is the packages' own.
const undocumented = published
  .filter(({ folder }) => basename(folder) !== 'check')
  .flatMap(({ folder }) => withoutExample(folder).map((text) => `${basename(folder)}: ${text}`));
if (check && undocumented.length > 0) {
  console.error(`Without an \`@example\` in the docstring:\n${undocumented.join('\n')}`);
  process.exitCode = 1;
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Look at the change and run \`npm run api\`.`);
  process.exitCode = 1;
}
