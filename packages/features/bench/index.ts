// Prints how far products of features are from the kernel, and the time that it takes to map a row.
import '../../backend-simd/src/index.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { judge } from './bars.ts';
import { allCases } from './cases.ts';
import { type Curve, follow } from './errors.ts';
import { errorPlot, timePlot } from './plot.ts';
import { barLine, curveHead, curveLine, timeLine, writeResults } from './report.ts';
import { type RowTime, timeMaps } from './times.ts';

const usage = `pnpm bench:features [--check] [--json FILE] [--svg FOLDER] [--only TEXT] [--quick]
  --check  exits with 1 if a bar is missed
  --json   writes the results to a file
  --svg    draws errors.svg and times.svg in a folder
  --only   groups and maps whose name holds this text; 'times' for the times of all maps
  --quick  a small run, to see that everything works; not with --check`;

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    svg: { type: 'string' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const { check, json, svg, only, quick } = options;
  if (check && quick) {
    console.error('--check needs the full run: leave --quick out.');
    return 1;
  }
  if (quick)
    console.log('QUICK: a small run, to see that everything works; the figures mean nothing.\n');
  tf.enableProdMode();
  await tf.setBackend('simd');
  const curves = await errors(only, quick);
  const times = await rowTimes(only, quick);
  const bars = judge(curves, times);
  if (!quick && bars.length > 0) console.log(['Bars', ...bars.map(barLine)].join('\n'));
  if (json) writeResults(json, curves, times, bars);
  if (svg) draw(svg, curves, times);
  return check && bars.some(({ met }) => !met) ? 1 : 0;
}

async function errors(only: string, quick: boolean): Promise<Curve[]> {
  const curves: Curve[] = [];
  const wanted = allCases(quick).filter(({ group, name }) => `${group}: ${name}`.includes(only));
  for (const each of wanted) {
    if (each.group !== curves.at(-1)?.group) {
      console.log(`\nRoot mean square error in K(x, x): ${each.group}\n${curveHead(each.widths)}`);
    }
    const curve = await follow(each);
    curves.push(curve);
    console.log(curveLine(curve));
  }
  return curves;
}

async function rowTimes(only: string, quick: boolean): Promise<RowTime[]> {
  const times = await timeMaps(only === 'times' ? '' : only, quick ? 512 : 2048, quick ? 2 : 7);
  if (times.length === 0) return times;
  console.log(
    '\nµs per row of 784 numbers, simd backend: features, best, median, relative to a matrix',
  );
  for (const time of times) console.log(timeLine(time));
  console.log('');
  return times;
}

function draw(folder: string, curves: readonly Curve[], times: readonly RowTime[]): void {
  const chosen = (group: string, names: RegExp) =>
    curves
      .filter((curve) => curve.group === group && names.test(curve.name))
      .map((curve) => ({ ...curve, label: curve.name }));
  const panels = [
    {
      title: 'Gaussian kernel, 16 inputs',
      curves: chosen('random Fourier features, 16 inputs', /^gaussian, .*(pair|nt, cosine)$/),
    },
    {
      title: 'Gaussian kernel, 4 inputs',
      curves: chosen('random Fourier features, 4 inputs', /^gaussian, .*(pair|nt, cosine)$/),
    },
    {
      title: 'Softmax kernel, 16 inputs, ‖x + y‖ = σ',
      curves: chosen(
        'other maps, 16 inputs',
        /^positive.*(independent, |orthogonal, |quasiRandom, single|fastfood, single)/,
      ),
    },
    {
      title: 'Other maps, 16 inputs',
      curves: chosen('other maps, 16 inputs', /degree|skewed/),
    },
    {
      title: 'Gaussian kernel, rows in heaps',
      curves: chosen('rows in heaps, 16 inputs', /./),
    },
    {
      title: 'Gaussian kernel, rows in unequal heaps',
      curves: chosen('rows in unequal heaps, 16 inputs', /./),
    },
  ].filter(({ curves }) => curves.length > 0);
  mkdirSync(folder, { recursive: true });
  if (panels.length > 0) writeFileSync(join(folder, 'errors.svg'), errorPlot(panels));
  const title = 'µs per row, 784 numbers to 4,096 features, two threads';
  if (times.length > 0) writeFileSync(join(folder, 'times.svg'), timePlot(title, times));
}
