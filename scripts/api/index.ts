// `npm run api` writes the public surface of each built package to its `api.md`;
// with `--check` it says which of them are stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { published } from '../packaging/workspace.ts';
import { root } from '../setup.js';
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
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Look at the change and run \`npm run api\`.`);
  process.exitCode = 1;
}
