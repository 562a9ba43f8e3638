// Prints how fast the kernels are against tfjs's backends and Python's packages, in one run:
// the contestants of a row take turns, so that a busy machine disturbs all of them.
import { globSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openLab } from './lab.ts';
import { measure, type Result } from './measure.ts';
import type { Row } from './row.ts';

const usage = `pnpm bench:simd [--check] [--json FILE] [--python PROGRAM] [--only TEXT] [--rounds N]
  --check   exits 1 where a bar is missed, or cannot be measured
  --json    writes the results to a file
  --python  an interpreter with NumPy, SciPy and TensorFlow. Default: $PYTHON or python3
  --only    rows whose name holds this text
  --rounds  how often each contestant has its turn. Default: 9`;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '9' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else await main();

async function main(): Promise<void> {
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
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  if (options.check && results.some(({ bars }) => bars.some(({ met }) => !met)))
    process.exitCode = 1;
}

/** The rows of every package: packages/NAME/bench/rows/*.ts, each with an export `rows`. */
async function allRows(): Promise<Row[]> {
  const packages = fileURLToPath(new URL('../..', import.meta.url));
  const files = globSync('*/bench/rows/*.ts', { cwd: packages }).sort();
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(`${packages}/${file}`).href)),
  );
  return modules.flatMap((module: { rows: Row[] }) => module.rows);
}

function describe({ name, times, bars }: Result): string {
  const lines = Object.entries(times).map(([who, time]) => {
    if (!time) return `  ${who.padEnd(34)} not there`;
    const rate = time.work > 1 ? `  ${(time.work / time.best / 1e6).toFixed(1)} GFLOP/s` : '';
    const [best, median] = [time.best, time.median].map((ms) => ms.toPrecision(3).padStart(9));
    return `  ${who.padEnd(34)} ${best} ms  median ${median} ms${rate}`;
  });
  const verdicts = bars.map(({ of, against, atLeast, ratio, met }) => {
    const got = ratio === undefined ? 'not measured' : `${ratio.toPrecision(3)} ×`;
    return `  ${met ? 'holds ' : 'MISSED'} ${of}: ${got} ${against}, at least ${atLeast}`;
  });
  return [name, ...lines, ...verdicts, ''].join('\n');
}
