// Prints the CPU time of what a user waits for, with the defaults where they are the point: fits of few
// rows, searches over settings of newton, and an intent classifier of 150 classes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '@kernel-methods/backend-simd';
import { type Case, type Cost, measured } from './case.ts';
import { intents } from './intents.ts';
import { selections } from './selections.ts';
import { smallFits } from './small-fits.ts';

const usage = `pnpm bench:cost [--check] [--json FILE] [--python PROGRAM] [--only TEXT]
  --check   exits 1 where a bar is missed
  --json    writes the results to a file
  --python  an interpreter with scikit-learn, for digits and iris. Default: $PYTHON or python3
  --only    cases whose name holds this text: 'fit:', 'select: digits', 'select: iris', 'intents:', ' cpu'
CLINC150 is looked for in $KERNEL_METHODS_DATA/clinc150; without it the intents are left out, with a line.`;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exitCode = await main();
process.exit(); // Simd's threads wait for more.

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cost-'));
  const results: Cost[] = [];
  try {
    const cases: Case[] = [...smallFits, ...selections(folder, options.python), ...intents()];
    for (const one of cases.filter(({ name }) => name.includes(options.only))) {
      const cost = await measured(one);
      results.push(cost);
      const facts = Object.entries(cost.facts).map(([name, value]) => `${name} ${value}`);
      const verdict = cost.met === undefined ? '      ' : cost.met ? 'holds ' : 'MISSED';
      const time = `${cost.cpuSeconds.toFixed(4)} s of CPU, ${cost.seconds.toFixed(4)} s`;
      console.log(`${verdict} ${one.name.padEnd(58)} ${time}  ${facts.join(', ')}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ results }, null, 2)}\n`);
  return options.check && results.some(({ met }) => met === false) ? 1 : 0;
}
