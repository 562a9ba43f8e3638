/**
 * Ridge regression with a laplacian kernel, with the standard deviation of each prediction.
 *
 *   node regression-with-uncertainty.ts [FILE.svg]
 *
 * It prints the prediction and its standard deviation along a line, or draws them into a file. The
 * deviation is small where there are points, and large in the gap between them and at the ends.
 */
import { writeFileSync } from 'node:fs';
import { createRandom, KernelRidge } from 'kernel-methods';

const random = createRandom(1).stream('points');
const curve = (x: number) => Math.sin(x) + x / 5;
// There are no points from 4 to 7.
const points = Array.from({ length: 120 }, (_, i) => {
  const x = 8 * random.uniform();
  return [x < 4 ? x : x + 3, i];
}).map(([x]) => ({ x, y: curve(x) + 0.15 * random.normal() }));

const ridge = new KernelRidge({ features: 'laplacian', scale: 3, outputDim: 1024 });
await ridge.fit(
  points.map(({ x }) => [x]),
  points.map(({ y }) => y),
);
const grid = Array.from({ length: 61 }, (_, i) => -1 + i * 0.22);
const { mean, std } = await ridge.predict(
  grid.map((x) => [x]),
  { returnStd: true },
);
ridge.dispose();

const file = process.argv.slice(2).find((argument) => argument.endsWith('.svg'));
if (file === undefined) {
  // A row for each x: two standard deviations (-), the prediction (o).
  const column = (y: number) => Math.round((y + 2.5) * 10);
  for (let i = 0; i < grid.length; i += 2) {
    const [low, at, high] = [mean[i] - 2 * std[i], mean[i], mean[i] + 2 * std[i]].map(column);
    const line = Array.from({ length: 80 }, (_, c) =>
      c === at ? 'o' : c >= low && c <= high ? '-' : ' ',
    );
    const numbers = [grid[i], mean[i], std[i]].map((value) => value.toFixed(2).padStart(6));
    console.log(`${numbers[0]} |${line.join('')}| ${numbers[1]} ±${numbers[2]}`);
  }
} else {
  const place = (x: number, y: number) =>
    `${((x + 1) * 50).toFixed(1)},${(250 - y * 80).toFixed(1)}`;
  const edge = (side: number) => grid.map((x, i) => place(x, mean[i] + side * 2 * std[i]));
  const dots = points.map(({ x, y }) => {
    const [cx, cy] = place(x, y).split(',');
    return `<circle cx="${cx}" cy="${cy}" r="2"/>`;
  });
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 661 500">
<polygon points="${[...edge(1), ...edge(-1).reverse()].join(' ')}" fill="#cde"/>
<polyline points="${grid.map((x, i) => place(x, mean[i])).join(' ')}" fill="none" stroke="#048"/>
${dots.join('\n')}
</svg>
`,
  );
  console.log(`Written: ${file}`);
}
