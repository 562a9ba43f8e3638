// Prints how fast the kernels are compared with tfjs's backends and Python's packages, in one run.
// The contestants of a row take turns, so a busy machine slows all of them equally.
import { globSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openLab } from './lab.ts';
import { measure, type Result } from './measure.ts';
import { describe, writeResults } from './report.ts';
import type { Row } from './row.ts';
import { writeTable } from './table.ts';

const usage = `pnpm bench:simd [--check] [--json FILE] [--python PROGRAM] [--only TEXT] [--rounds N] [--readme]
  --check   exits with 1 if a bar is missed or cannot be measured
  --json    writes the results to a file
  --python  an interpreter that has NumPy, SciPy and TensorFlow. Default: $PYTHON or python3
  --only    runs the rows whose name contains this text
  --rounds  how many turns each contestant gets. Default: 9
  --readme  writes the table into the package's README; not with --only`;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '9' },
    readme: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else await main();

async function main(): Promise<void> {
  if (options.readme && options.only !== '') {
    console.error('--readme writes the whole table: leave --only out.');
    process.exitCode = 2;
    return;
  }
  const lab = await openLab(options.python);
  const results: Result[] = [];
  try {
    for (const row of (await allRows()).filter(({ name }) => name.includes(options.only))) {
      const result = await measure(row, lab, Number(options.rounds));
      results.push(result);
      console.log(describe(result));
    }
  } finally {
    lab.close();
  }
  if (options.json) writeResults(options.json, results);
  if (options.readme) writeTable(new URL('../README.md', import.meta.url), results);
  if (options.check && results.some(({ bars }) => bars.some(({ met }) => !met)))
    process.exitCode = 1;
}

/** The rows of every package, from packages/NAME/bench/rows/*.ts, each with an export `rows`. */
async function allRows(): Promise<Row[]> {
  const packages = fileURLToPath(new URL('../..', import.meta.url));
  const files = globSync('*/bench/rows/*.ts', { cwd: packages }).sort();
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(`${packages}/${file}`).href)),
  );
  return modules.flatMap((module: { rows: Row[] }) => module.rows);
}
