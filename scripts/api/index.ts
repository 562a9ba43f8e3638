// `npm run api` writes the public surface of each built package to its `api.md`;
// with `--check` it says which of them are stale, and which exported functions have no example.
// It also fails if a type that an exported signature names is not exported.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { libraries } from '../packaging/workspace.ts';
import { root } from '../setup.js';
import { withoutExample } from './docstrings.ts';
import { internalNames } from './internal-names.ts';
import { exportedNames } from './names.ts';
import { apiReport } from './report.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];
const forgotten: string[] = [];
for (const { folder } of libraries) {
  const report = reportOf(folder);
  const file = join(folder, 'api.md');
  if (existsSync(file) && readFileSync(file, 'utf8') === report) continue;
  if (check) stale.push(relative(root, file));
  else writeFileSync(file, report);
}
function reportOf(folder: string): string {
  if (basename(folder) === 'kernel-methods') return exportedNames(folder);
  const { text, forgotten: own } = apiReport(folder);
  const internal = internalNames[basename(folder)] ?? [];
  const strangers = own.filter((one) => !internal.some((name) => one.includes(`"${name}"`)));
  forgotten.push(...strangers.map((one) => `${basename(folder)}: ${one}`));
  return text;
}

// `check` is the packages' own.
const undocumented = libraries
  .filter(({ folder }) => basename(folder) !== 'check')
  .flatMap(({ folder }) => withoutExample(folder).map((text) => `${basename(folder)}: ${text}`));
if (check && undocumented.length > 0) {
  console.error(`Without an \`@example\` in the docstring:\n${undocumented.join('\n')}`);
  process.exitCode = 1;
}
if (forgotten.length > 0) {
  console.error(`Named by an exported signature, but not exported:\n${forgotten.join('\n')}`);
  process.exitCode = 1;
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Look at the change and run \`npm run api\`.`);
  process.exitCode = 1;
}
